using Microsoft.AspNetCore.Razor.TagHelpers;
using Pynomaly.Identity.UI.Assets;

namespace Pynomaly.Identity.UI.Components;

/// <summary>What happened to the whole page: &lt;alert kind="danger" title="..."&gt;what to do now&lt;/alert&gt;. Read out when the page comes.</summary>
[HtmlTargetElement("alert", Attributes = "kind")]
public sealed class AlertTagHelper(AssetCatalogue assets) : TagHelper
{
    /// <summary>"danger", "attention", "done" or "info".</summary>
    public required string Kind { get; set; }

    /// <summary>One sentence.</summary>
    public string? Title { get; set; }

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var content = await output.GetChildContentAsync();
        output.TagName = "div";
        output.Attributes.SetAttribute("class", $"alert alert-{Kind}");
        output.Attributes.SetAttribute("role", Kind is "danger" or "attention" ? "alert" : "status");
        output.Content.SetHtmlContent(Sprite.Icon(assets, Kind switch { "danger" => "alert", var other => other }));
        output.Content.AppendHtml("<div class=\"alert-body\">");
        if (Title is not null)
        {
            output.Content.AppendHtml("<p class=\"alert-title\">").Append(Title).AppendHtml("</p>");
        }

        if (!content.IsEmptyOrWhiteSpace) output.Content.AppendHtml("<p>").AppendHtml(content).AppendHtml("</p>");
        output.Content.AppendHtml("</div>");
    }
}
