using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.UI.Assets;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Components;

/// <summary>What a form needs to end a passkey ceremony: &lt;passkey use="sign-in|confirm|add|enrol" /&gt; inside it, beside an ordinary submit button. Brings the hidden fields,
/// the place for an error, and the script. Whatever shows only where passkeys work carries the attribute "data-passkey-only" and is hidden at first.</summary>
[HtmlTargetElement("passkey", Attributes = "use", TagStructure = TagStructure.WithoutEndTag)]
public sealed class PasskeyTagHelper(AssetCatalogue assets, ServerOptions options, IStringLocalizer<Texts> text) : TagHelper
{
    /// <summary>"sign-in", "confirm" (only the passkeys of who is signed in), "add", or "enrol" (add while signing in).</summary>
    public required string Use { get; set; }

    /// <summary>The half-done sign-in, on the pages of its second step.</summary>
    public string? Step { get; set; }

    /// <summary>The authorization request that waits.</summary>
    public string? Interaction { get; set; }

    /// <summary>Where to go on without one.</summary>
    public string? Return { get; set; }

    /// <summary>True: passkeys are offered among the suggestions of the field "username" too.</summary>
    public bool Conditional { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("hidden", "hidden");
        Data("passkey", Use is "add" or "enrol" ? "create" : "get");
        Data("options", Use switch { "add" => Paths.PasskeyAddOptions, "enrol" => Paths.PasskeyEnrolOptions, _ => Paths.PasskeyOptions });
        Data("confirm", Paths.ConfirmPage);
        Data("relying-party", options.Passkeys.RelyingPartyId);
        Data("cancelled", text["Passkey.Cancelled"]);
        Data("known", Use is "add" or "enrol" ? text["Passkey.Known"].Value : null);
        Data("failed", text["Passkey.Failed"]);
        Data("expired", text["Passkey.Expired"]);
        Data("later", text["Passkey.Later"]);
        Data("offline", text["Passkey.Offline"]);
        if (Conditional) output.Attributes.SetAttribute("data-conditional", "");

        Field("handle", "");
        Field("credential", "");
        Field("step", Step);
        Field("interaction", Interaction);
        Field("return", Return);
        if (Use == "confirm") Field("confirm", "true");
        output.PostElement.AppendHtml("<p class=\"field-error\" role=\"alert\" data-passkey-problem hidden></p>");
        var script = new TagBuilder("script");
        script.Attributes["type"] = "module";
        script.Attributes["src"] = assets.Url("js/passkeys.js");
        output.PostElement.AppendHtml(script);

        void Data(string name, string? value)
        {
            if (value is not null) output.Attributes.SetAttribute($"data-{name}", value);
        }

        void Field(string name, string? value)
        {
            if (value is null) return;
            var input = new TagBuilder("input") { TagRenderMode = TagRenderMode.SelfClosing };
            input.Attributes["type"] = "hidden";
            input.Attributes["name"] = name;
            input.Attributes["value"] = value;
            output.PostElement.AppendHtml(input);
        }
    }
}
