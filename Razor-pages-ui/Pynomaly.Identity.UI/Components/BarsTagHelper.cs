using System.Globalization;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Components;

/// <summary>A small chart of a figure over time, drawn on the server: &lt;bars values="@points" label="Sign-ins, by the hour" /&gt;. Each bar names its time and figure; the label carries the sum for who cannot see it.</summary>
/// <remarks>Sizes are attributes of SVG, no inline style: the content security policy forbids it.</remarks>
[HtmlTargetElement("bars", Attributes = "values,label", TagStructure = TagStructure.WithoutEndTag)]
public sealed class BarsTagHelper(IStringLocalizer<Texts> text) : TagHelper
{
    private const double Height = 48;
    private const double Step = 10;

    /// <summary>The figures in the order of time, each with the words for its moment.</summary>
    public required IReadOnlyList<(string When, long Count)> Values { get; set; }

    /// <summary>What is drawn.</summary>
    public required string Label { get; set; }

    /// <summary>"danger" draws in the colour of danger.</summary>
    public string? Kind { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var most = Math.Max(1, Values.Count == 0 ? 1 : Values.Max(value => value.Count));
        output.TagName = "svg";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", string.IsNullOrEmpty(Kind) ? "bars" : $"bars bars-{Kind}");
        output.Attributes.SetAttribute("viewBox", Invariant($"0 0 {Math.Max(1, Values.Count) * Step} {Height}"));
        output.Attributes.SetAttribute("preserveAspectRatio", "none");
        output.Attributes.SetAttribute("role", "img");
        output.Attributes.SetAttribute("aria-label", Pair(Label, Values.Sum(value => value.Count)));
        for (var i = 0; i < Values.Count; i++)
        {
            var height = Values[i].Count == 0 ? 1 : Math.Max(2, Values[i].Count * Height / most); // nothing is drawn as a line, so that it is seen as a figure
            var bar = new TagBuilder("rect");
            bar.Attributes["x"] = Invariant($"{(i * Step) + 1}");
            bar.Attributes["y"] = Invariant($"{Height - height:0.##}");
            bar.Attributes["width"] = Invariant($"{Step - 2}");
            bar.Attributes["height"] = Invariant($"{height:0.##}");
            var title = new TagBuilder("title");
            title.InnerHtml.Append(Pair(Values[i].When, Values[i].Count));
            bar.InnerHtml.AppendHtml(title);
            output.Content.AppendHtml(bar);
        }
    }

    private string Pair(string name, long count) => text["Pair", name, count.ToString("N0", CultureInfo.CurrentCulture)];

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
