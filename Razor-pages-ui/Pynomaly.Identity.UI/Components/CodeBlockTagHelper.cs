using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.UI.Assets;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Components;

/// <summary>Code to be taken elsewhere, with a button that copies it: &lt;code-block id="snippet-curl" text="@snippet" /&gt;.</summary>
[HtmlTargetElement("code-block", Attributes = "id,text", TagStructure = TagStructure.WithoutEndTag)]
public sealed class CodeBlockTagHelper(AssetCatalogue assets, IStringLocalizer<Texts> words) : TagHelper
{
    /// <summary>Names it on the page.</summary>
    public required string Id { get; set; }

    /// <summary>The code.</summary>
    public required string Text { get; set; }

    /// <summary>True for one long word that must be seen whole, such as a secret: it goes on in the next line.</summary>
    public bool Wrap { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.Clear();
        output.Attributes.SetAttribute("class", Wrap ? "code-block code-wrap" : "code-block");
        var code = new TagBuilder("pre");
        code.Attributes["id"] = Id;
        code.Attributes["tabindex"] = "0"; // it scrolls sideways: the keyboard must reach it (WCAG 2.1.1)
        code.InnerHtml.Append(Text);
        var button = new TagBuilder("button");
        button.AddCssClass("button button-small code-copy");
        foreach (var (name, value) in new[] { ("type", "button"), ("hidden", "hidden"), ("data-copy", Id), ("data-done", words["Copy.Done"].Value) }) button.Attributes[name] = value;
        var label = new TagBuilder("span");
        label.Attributes["data-label"] = "";
        label.InnerHtml.Append(words["Copy.Act"]);
        button.InnerHtml.AppendHtml(Sprite.Icon(assets, "copy")).AppendHtml(label);
        output.Content.AppendHtml(code).AppendHtml(button);
    }
}
