using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Mail;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Mail;

/// <summary>TLS from the first byte (RFC 8314 §3.3), and a certificate that nobody vouches for.</summary>
public sealed class TlsTests(TlsTests.Trusted trusted, TlsTests.Distrusted distrusted) : IClassFixture<TlsTests.Trusted>, IClassFixture<TlsTests.Distrusted>
{
    [Fact]
    public async Task A_mail_goes_out_by_TLS_from_the_first_byte()
    {
        var mail = await ReceivedAsync("first", "Text");

        Assert.True(mail.OverTls);
        Assert.Empty(trusted.Smtp.InClear);
    }

    [Fact]
    public async Task Every_line_of_a_mail_arrives_as_it_was_also_one_that_is_a_dot()
    {
        string[] lines = [".", "..", ". QUIT", "MAIL FROM:<eve@evil.test>", new string('x', 500), "Grüße = 漢字 \t", " end ", "-- "];

        var mail = await ReceivedAsync("lines", string.Join("\r\n", lines));

        Assert.All(mail.Data.Split("\r\n"), line => Assert.InRange(line.Length, 0, 78));
        var body = mail.Data.Split("quoted-printable\r\n\r\n")[1].Split("\r\n--=_")[0];
        var bytes = Regex.Replace(body.Replace("=\r\n", "", StringComparison.Ordinal), "=([0-9A-F]{2})", one => ((char)Convert.ToByte(one.Groups[1].Value, 16)).ToString());
        Assert.Equal(lines, Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes)).Split("\r\n"));
    }

    [Fact]
    public async Task A_server_whose_certificate_nobody_vouches_for_gets_nothing()
    {
        await AddAsync(distrusted, "second", "Text");

        await Until.TrueAsync(() => Task.FromResult(distrusted.Logs.Lines.Any(line => line.Contains(" 4502 ", StringComparison.Ordinal) && line.Contains("AuthenticationException", StringComparison.Ordinal))));
        Assert.Empty(distrusted.Smtp.Mails);
    }

    private async Task<SmtpListener.Received> ReceivedAsync(string subject, string text)
    {
        await AddAsync(trusted, subject, text);
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(subject));
        await Until.TrueAsync(() => Task.FromResult(trusted.Smtp.Mails.Any(mail => mail.Data.Contains(encoded, StringComparison.Ordinal))));
        return trusted.Smtp.Mails.Single(mail => mail.Data.Contains(encoded, StringComparison.Ordinal));
    }

    private static Task<bool> AddAsync(TestServer server, string subject, string text) => server.Services.GetRequiredService<Database>().WriteAsync(async (session, stop) =>
    {
        await server.Services.GetRequiredService<Outbox>().AddAsync(session, subject, new EmailMessage { To = "ada@example.org", Subject = subject, Text = text, Html = "H" }, server.Clock.GetUtcNow() + TimeSpan.FromHours(1), stop);
        return true;
    }, CancellationToken.None);

    public sealed class Trusted() : DeliveryTests.MailServer("Sqlite")
    {
        public override SmtpListener Smtp { get; } = new() { IsImplicit = true };
    }

    public sealed class Distrusted() : DeliveryTests.MailServer("Sqlite")
    {
        public override SmtpListener Smtp { get; } = new() { IsImplicit = true };

        protected override IEnumerable<KeyValuePair<string, string?>> Settings => base.Settings.Where(setting => setting.Key != "Identity:Mail:Authority");
    }
}
