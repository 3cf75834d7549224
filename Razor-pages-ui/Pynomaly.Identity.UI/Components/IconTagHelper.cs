using Microsoft.AspNetCore.Razor.TagHelpers;
using Pynomaly.Identity.UI.Assets;

namespace Pynomaly.Identity.UI.Components;

/// <summary>A drawing of the sprite: &lt;icon name="eye" /&gt;. Decoration only; the words beside it carry the meaning.</summary>
[HtmlTargetElement("icon", Attributes = "name", TagStructure = TagStructure.WithoutEndTag)]
public sealed class IconTagHelper(AssetCatalogue assets) : TagHelper
{
    /// <summary>The symbol's id in icons.svg.</summary>
    public required string Name { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "svg";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", context.AllAttributes["class"]?.Value ?? "icon");
        output.Attributes.SetAttribute("aria-hidden", "true");
        output.Attributes.SetAttribute("focusable", "false");
        output.Content.SetHtmlContent(Sprite.Use(assets, Name));
    }
}
