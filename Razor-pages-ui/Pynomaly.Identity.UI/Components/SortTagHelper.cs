using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Pynomaly.Identity.UI.Assets;

namespace Pynomaly.Identity.UI.Components;

/// <summary>A column head that orders the list: &lt;th sort="created" by="@Model.Sort"&gt;Created&lt;/th&gt;. The parameter "sort" is the column's name, with "-" before it for the other way round.</summary>
[HtmlTargetElement("th", Attributes = "sort,by")]
public sealed class SortTagHelper(AssetCatalogue assets) : TagHelper
{
    /// <summary>The column.</summary>
    public required string Sort { get; set; }

    /// <summary>The order of now.</summary>
    public required string By { get; set; }

    /// <summary>Set by Razor.</summary>
    [ViewContext]
    [HtmlAttributeNotBound]
    public required ViewContext ViewContext { get; set; }

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var words = await output.GetChildContentAsync();
        var (isHere, isDown) = (By.TrimStart('-') == Sort, By.StartsWith('-'));
        output.Attributes.SetAttribute("scope", "col");
        if (isHere) output.Attributes.SetAttribute("aria-sort", isDown ? "descending" : "ascending"); // WAI-ARIA 1.2: on one column at most
        var link = new TagBuilder("a");
        link.AddCssClass("sort");
        link.Attributes["href"] = ConsoleLink.With(ViewContext.HttpContext.Request, ("sort", isHere && !isDown ? $"-{Sort}" : Sort), ("after", null));
        link.InnerHtml.AppendHtml(words);
        if (isHere) link.InnerHtml.AppendHtml(Sprite.Icon(assets, "down", isDown ? "icon" : "icon icon-up"));
        output.Content.SetHtmlContent(link);
    }
}
