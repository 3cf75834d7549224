using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Pynomaly.Identity.UI.Components;

/// <summary>One figure of a dashboard: &lt;stat label="Sign-ins" value="1,204" href="/admin/audit?..."&gt;what stands below it&lt;/stat&gt;.</summary>
[HtmlTargetElement("stat", Attributes = "label,value")]
public sealed class StatTagHelper : TagHelper
{
    /// <summary>What is counted.</summary>
    public required string Label { get; set; }

    /// <summary>The figure, as people write it.</summary>
    public required string Value { get; set; }

    /// <summary>Where more is told; null: nowhere.</summary>
    public string? Href { get; set; }

    /// <summary>"attention" or "danger" when somebody has to look at it.</summary>
    public string? Kind { get; set; }

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var below = await output.GetChildContentAsync();
        output.TagName = string.IsNullOrEmpty(Href) ? "div" : "a";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", string.IsNullOrEmpty(Kind) ? "stat" : $"stat stat-{Kind}");
        if (!string.IsNullOrEmpty(Href)) output.Attributes.SetAttribute("href", Href);
        output.Content.SetHtmlContent(Text("stat-label", Label));
        output.Content.AppendHtml(Text("stat-value", Value));
        if (!below.IsEmptyOrWhiteSpace) output.Content.AppendHtml("<span class=\"stat-detail\">").AppendHtml(below).AppendHtml("</span>");
    }

    private static TagBuilder Text(string cssClass, string words)
    {
        var text = new TagBuilder("span");
        text.AddCssClass(cssClass);
        text.InnerHtml.Append(words);
        return text;
    }
}
