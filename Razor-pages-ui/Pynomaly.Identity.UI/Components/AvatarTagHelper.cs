using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Pynomaly.Identity.UI.Components;

/// <summary>A person or application as a small picture: initials, and over them the logo when there is one. The name stands beside it in words.</summary>
[HtmlTargetElement("avatar", Attributes = "name", TagStructure = TagStructure.WithoutEndTag)]
public sealed class AvatarTagHelper : TagHelper
{
    /// <summary>The name that the initials come from.</summary>
    public required string Name { get; set; }

    /// <summary>An https address of a picture; anything else is left out.</summary>
    public string? Logo { get; set; }

    /// <summary>Further classes.</summary>
    public string? Class { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", Class is null ? "avatar" : $"avatar {Class}");
        output.Attributes.SetAttribute("aria-hidden", "true");

        var initials = new TagBuilder("span");
        initials.AddCssClass("avatar-initials");
        initials.InnerHtml.Append(Initials(Name));
        output.Content.AppendHtml(initials);

        if (Logo is null || !Logo.StartsWith("https://", StringComparison.Ordinal)) return;
        var picture = new TagBuilder("img") { TagRenderMode = TagRenderMode.SelfClosing };
        picture.AddCssClass("avatar-logo");
        picture.Attributes["src"] = Logo;
        picture.Attributes["alt"] = string.Empty;
        picture.Attributes["referrerpolicy"] = "no-referrer"; // the logo's host need not learn which page shows it
        output.Content.AppendHtml(picture);
    }

    /// <summary>The first letters of the first and the last word, at most two; a question mark for a name without letters.</summary>
    internal static string Initials(string name)
    {
        var letters = name
            .Split([' ', '.', '_', '-', '@'], StringSplitOptions.RemoveEmptyEntries)
            .Select(word => StringInfo.GetNextTextElement(word))
            .Where(element => Rune.TryGetRuneAt(element, 0, out var rune) && Rune.IsLetterOrDigit(rune))
            .ToArray();
        return letters.Length switch
        {
            0 => "?",
            1 => letters[0].ToUpper(CultureInfo.CurrentCulture),
            _ => (letters[0] + letters[^1]).ToUpper(CultureInfo.CurrentCulture),
        };
    }
}
