using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.UI.Assets;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Components;

/// <summary>How hard a new password is to guess, told while it is typed: a bar and a word, hidden until the script has something to say. It advises; the server decides.</summary>
/// <remarks>The estimate is zxcvbn's (wwwroot/lib, MIT), fetched only when somebody begins to type a new password.</remarks>
internal static class StrengthMeter
{
    /// <summary>The meter of the field with this id, and the script that moves it.</summary>
    public static IHtmlContent Of(string id, AssetCatalogue assets, IStringLocalizer<Texts> text)
    {
        var meter = new TagBuilder("div");
        meter.AddCssClass("strength");
        meter.Attributes["hidden"] = "hidden";
        meter.Attributes["data-strength"] = id;
        meter.Attributes["data-estimator"] = assets.Url("lib/zxcvbn.js");
        string[] words = [text["Strength.0"], text["Strength.1"], text["Strength.2"], text["Strength.3"], text["Strength.4"]];
        meter.Attributes["data-words"] = string.Join('|', words);

        var bar = new TagBuilder("span");
        bar.AddCssClass("strength-bar");
        bar.Attributes["aria-hidden"] = "true";
        for (var part = 0; part < 4; part++) bar.InnerHtml.AppendHtml("<span></span>");
        var word = new TagBuilder("span");
        word.AddCssClass("strength-word");
        word.Attributes["role"] = "status";
        meter.InnerHtml.AppendHtml(bar).AppendHtml(word);

        var script = new TagBuilder("script");
        script.Attributes["type"] = "module";
        script.Attributes["src"] = assets.Url("js/strength.js");
        return new HtmlContentBuilder().AppendHtml(meter).AppendHtml(script);
    }
}
