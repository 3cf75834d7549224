using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Mail;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Mail;

/// <summary>The words and the form of mails.</summary>
public sealed class MailFormTests
{
    private const string Link = "https://id.test/not-me?token=x&y=1";

    public static TheoryData<NoticeKind> Kinds => [.. Enum.GetValues<NoticeKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_notice_has_its_words(NoticeKind kind)
    {
        var mail = Write(kind, "Ada's phone", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0");

        Assert.InRange(mail.Subject.Length, 5, 60);
        Assert.Contains("Firefox, Linux", mail.Text, StringComparison.Ordinal);
        Assert.Contains(Link, mail.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"https://id.test/not-me?token=x&amp;y=1\"", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("{0}", mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void XS_07_Names_and_browsers_that_others_chose_are_plain_text()
    {
        var mail = Write(NoticeKind.PasskeyAdded, "<a href=\"https://evil.test\">free</a>\r\nBcc: eve@evil.test", "visit https://evil.test/prize");

        Assert.DoesNotContain("<a href=\"https://evil", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("evil.test", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("evil.test", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("\nBcc:", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', mail.Subject);
    }

    [Theory]
    [InlineData("en", "Browser: Firefox")]
    [InlineData("fr", "Navigateur\u00a0: Firefox")]
    public void A_name_and_its_value_stand_as_the_language_writes_them(string language, string line)
    {
        var mail = Write(NoticeKind.PasskeyAdded, "Phone", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", language);

        Assert.Contains(line, mail.Text, StringComparison.Ordinal);
    }

    private static EmailMessage Write(NoticeKind kind, string detail, string userAgent, string language = "en")
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.UserAgent = userAgent;
        var text = MailTexts.For(language);
        return MailForm.Of(Notices.Write(kind, "ada@example.org", context, detail, Link, DateTimeOffset.UnixEpoch, text), text, "Pynomaly", "https://id.test");
    }
}
