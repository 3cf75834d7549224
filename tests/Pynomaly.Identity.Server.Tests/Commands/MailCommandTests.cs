using System.Globalization;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Commands;

/// <summary>"mail test", by the real executable at an SMTP server that is well, and at ones that are not.</summary>
public sealed class MailCommandTests : IAsyncLifetime
{
    private readonly Executable _server = new();
    private readonly SmtpListener _smtp = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _smtp.DisposeAsync();
        _server.Dispose();
    }

    [Fact]
    public async Task A_mail_goes_out_without_a_database()
    {
        var sent = await TestAsync();

        Assert.True(sent.Code == 0, sent.Error);
        var mail = Assert.Single(_smtp.Mails);
        Assert.Contains("<ada@example.org>", mail.To, StringComparison.Ordinal);
        Assert.True(mail.OverTls);
        Assert.Contains("ada@example.org", sent.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(_server.Database));
    }

    [Fact]
    public async Task A_refused_sign_in_names_the_setting_and_never_the_password()
    {
        _smtp.SignInAnswer = "535 wrong password";

        var refused = await TestAsync();

        Assert.Equal(1, refused.Code);
        Assert.Contains("Identity:Mail:UserName", refused.Error, StringComparison.Ordinal);
        Assert.Contains("535", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("pass of mailer", refused.Error + refused.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_STARTTLS_gets_nothing_and_the_command_says_why()
    {
        _smtp.OffersTls = false;

        var refused = await TestAsync();

        Assert.Equal(1, refused.Code);
        Assert.Contains("STARTTLS", refused.Error, StringComparison.Ordinal);
        Assert.Empty(_smtp.Mails);
    }

    [Fact]
    public async Task A_certificate_that_does_not_hold_a_server_that_is_away_and_e_mail_that_is_off_are_told_apart()
    {
        var unknown = await _server.RunAsync(Settings(authority: false), null, "mail", "test", "ada@example.org");
        var away = await _server.RunAsync(Settings(port: 1), null, "mail", "test", "ada@example.org");
        var off = await _server.RunAsync("mail", "test", "ada@example.org");
        var wrong = await _server.RunAsync(Settings(), null, "mail", "test", "ada");

        Assert.Equal((1, 1, 1, 2), (unknown.Code, away.Code, off.Code, wrong.Code));
        Assert.Contains("certificate", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("cannot be reached", away.Error, StringComparison.Ordinal);
        Assert.Contains("Identity:Mail:Delivery", off.Error, StringComparison.Ordinal);
        Assert.Empty(_smtp.Mails);
    }

    private Task<Executable.Outcome> TestAsync() => _server.RunAsync(Settings(), null, "mail", "test", "ada@example.org");

    private Dictionary<string, string> Settings(int? port = null, bool authority = true)
    {
        var settings = new Dictionary<string, string>
        {
            ["Identity__Mail__Delivery"] = "Smtp", ["Identity__Mail__Host"] = "localhost", ["Identity__Mail__Port"] = (port ?? _smtp.Port).ToString(CultureInfo.InvariantCulture),
            ["Identity__Mail__From"] = "id@id.test", ["Identity__Mail__UserName"] = "mailer", ["Identity__Mail__Password"] = "pass of mailer",
        };
        if (authority) settings["Identity__Mail__Authority"] = _server.Write("authority.pem", _smtp.Certificate.ExportCertificatePem());
        return settings;
    }
}
