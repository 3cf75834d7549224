using System.Collections;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Razor.TagHelpers;
using QRCoder;

namespace Pynomaly.Identity.UI.Components;

/// <summary>A QR code, drawn on the server as one SVG path: &lt;qr-code text="otpauth://..." label="..." /&gt;. Nobody else learns what is in it.</summary>
[HtmlTargetElement("qr-code", Attributes = "text,label", TagStructure = TagStructure.WithoutEndTag)]
public sealed class QrCodeTagHelper : TagHelper
{
    /// <summary>What it says.</summary>
    public required string Text { get; set; }

    /// <summary>What it is for, for those who do not see it.</summary>
    public required string Label { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var modules = Encode(Text);
        output.TagName = "svg";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "qr-code");
        output.Attributes.SetAttribute("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {modules.Count} {modules.Count}"));
        output.Attributes.SetAttribute("shape-rendering", "crispEdges");
        output.Attributes.SetAttribute("role", "img");
        output.Attributes.SetAttribute("aria-label", Label);
        output.Content.SetHtmlContent($"<path d=\"{PathOf(modules)}\"/>");
    }

    // Level M survives a bit of glare; the quiet zone of four modules is part of the matrix.
    internal static IReadOnlyList<BitArray> Encode(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        return [.. code.ModuleMatrix];
    }

    private static string PathOf(IReadOnlyList<BitArray> modules)
    {
        var path = new StringBuilder();
        for (var y = 0; y < modules.Count; y++)
        {
            for (var x = 0; x < modules[y].Length; x++)
            {
                if (!modules[y][x]) continue;
                var start = x;
                while (x < modules[y].Length && modules[y][x]) x++;
                path.Append(CultureInfo.InvariantCulture, $"M{start} {y}h{x - start}v1H{start}z");
            }
        }

        return path.ToString();
    }
}
