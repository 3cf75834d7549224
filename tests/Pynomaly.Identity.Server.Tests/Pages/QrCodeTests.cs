using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Pynomaly.Identity.UI.Components;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>A drawn QR code, read by what did not draw it.</summary>
public sealed partial class QrCodeTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(110)]
    [InlineData(150)]
    [InlineData(200)]
    [InlineData(300)]
    [InlineData(400)]
    public void What_is_drawn_is_what_is_read(int length)
    {
        var text = string.Concat(Enumerable.Range(0, length).Select(i => "otpauth://totp/a?b=%C3%A9&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&period=30303030"[i % 78]));
        var output = new TagHelperOutput("qr-code", [], (_, _) => Task.FromResult<TagHelperContent>(new DefaultTagHelperContent()));
        new QrCodeTagHelper { Text = text, Label = "Scan" }.Process(new TagHelperContext([], new Dictionary<object, object>(), "1"), output);

        Assert.Equal(text, QrReader.Read(output.Attributes["viewBox"].Value.ToString()!, Path().Match(output.Content.GetContent()).Groups[1].Value));
    }

    [GeneratedRegex("d=\"([^\"]+)\"")]
    private static partial Regex Path();
}
