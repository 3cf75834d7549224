using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Components;

/// <summary>Where a list goes on: &lt;pager next="@Model.Page.Next" /&gt;. Nothing when the list is whole.</summary>
[HtmlTargetElement("pager", TagStructure = TagStructure.WithoutEndTag)]
public sealed class PagerTagHelper(IStringLocalizer<ConsoleTexts> console) : TagHelper
{
    /// <summary>The cursor of the next part; null: this is the last.</summary>
    public string? Next { get; set; }

    /// <summary>Set by Razor.</summary>
    [ViewContext]
    [HtmlAttributeNotBound]
    public required ViewContext ViewContext { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var request = ViewContext.HttpContext.Request;
        var isFirst = !request.Query.ContainsKey("after");
        if (isFirst && string.IsNullOrEmpty(Next)) // an attribute that is null arrives empty
        {
            output.SuppressOutput();
            return;
        }

        output.TagName = "nav";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "pager");
        output.Attributes.SetAttribute("aria-label", console["Pager.Label"].Value);
        output.Content.AppendHtml(isFirst ? new TagBuilder("span") : Link("pager-first", console["Pager.First"], ConsoleLink.With(request, ("after", null))));
        if (!string.IsNullOrEmpty(Next)) output.Content.AppendHtml(Link("pager-next", console["Pager.Next"], ConsoleLink.With(request, ("after", Next))));
    }

    private static TagBuilder Link(string id, string words, string address)
    {
        var link = new TagBuilder("a");
        link.AddCssClass("button button-small");
        link.Attributes["id"] = id;
        link.Attributes["href"] = address;
        link.InnerHtml.Append(words);
        return link;
    }
}
