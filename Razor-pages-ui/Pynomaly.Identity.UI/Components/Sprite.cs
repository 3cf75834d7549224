using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;
using Pynomaly.Identity.UI.Assets;

namespace Pynomaly.Identity.UI.Components;

/// <summary>References into icons.svg.</summary>
internal static class Sprite
{
    /// <summary>The element that draws a symbol.</summary>
    public static IHtmlContent Use(AssetCatalogue assets, string name)
    {
        var use = new TagBuilder("use");
        use.Attributes["href"] = $"{assets.Url("img/icons.svg")}#{name}";
        return use;
    }

    /// <summary>A whole icon.</summary>
    public static TagBuilder Icon(AssetCatalogue assets, string name, string cssClass = "icon")
    {
        var icon = new TagBuilder("svg");
        icon.AddCssClass(cssClass);
        icon.Attributes["aria-hidden"] = "true";
        icon.Attributes["focusable"] = "false";
        icon.InnerHtml.AppendHtml(Use(assets, name));
        return icon;
    }
}
