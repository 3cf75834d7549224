using Pynomaly.Identity.Mail;
using Xunit;

namespace Pynomaly.Identity.Tests.Mail;

/// <summary>What is an address, and what a stranger chose to be read by others (XS-07).</summary>
public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("ada@example.org")]
    [InlineData(" ada@example.org ")]
    [InlineData("ada+tag.x@sub.example.org")]
    [InlineData("o'brien@example.org")]
    [InlineData("jürgen@example.org")]
    [InlineData("ada@localhost")]
    public void An_address_is_taken(string text) => Assert.Equal(text.Trim(), EmailAddress.Read(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ada")]
    [InlineData("@example.org")]
    [InlineData("ada@")]
    [InlineData("a@b@c")]
    [InlineData("ada@example.org\r\nBcc: eve@example.org")]
    [InlineData("ada@example.org\n")]
    [InlineData("ada@exam\tple.org")]
    [InlineData("Ada <ada@example.org>")]
    [InlineData("\"a b\"@example.org")]
    [InlineData("ada@example.org,eve@example.org")]
    [InlineData("ada@example.org;eve@example.org")]
    [InlineData("ada(comment)@example.org")]
    [InlineData("ada@[127.0.0.1]")]
    [InlineData("ada\u202e@example.org")]
    public void XS_07_Anything_else_is_not(string? text) => Assert.Null(EmailAddress.Read(text));

    [Fact]
    public void An_address_has_at_most_254_characters()
    {
        Assert.NotNull(EmailAddress.Read($"{new string('a', 64)}@{string.Join('.', Enumerable.Repeat(new string('b', 61), 3))}.de"));
        Assert.Null(EmailAddress.Read($"a@{string.Join('.', Enumerable.Repeat(new string('b', 61), 5))}.de"));
    }

    [Theory]
    [InlineData("Click https://evil.test/now", "Click https:\u200b/\u200b/\u200bevil.\u200btest/\u200bnow")]
    [InlineData("Ada\r\nBcc: eve@evil.test", "Ada Bcc:\u200b eve@\u200bevil.\u200btest")]
    [InlineData("J.R. Ewing", "J.\u200bR.\u200b Ewing")]
    [InlineData("\u202egro.live", "gro.\u200blive")]
    public void XS_07_A_foreign_text_is_one_line_without_anything_to_click(string text, string shown) => Assert.Equal(shown, ForeignText.Of(text));

    [Fact]
    public void XS_07_A_foreign_text_is_short() => Assert.Equal(61, ForeignText.Of(new string('x', 1000)).Length);
}
