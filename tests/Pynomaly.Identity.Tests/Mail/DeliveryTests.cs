using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Mail;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Mail;

/// <summary>The outbox and the SMTP server that is well, down, slow or refusing (case F-33).</summary>
public abstract class DeliveryTests(DeliveryTests.MailServer server) : ServerSuite(server)
{
    private SmtpListener Smtp => server.Smtp;

    [Fact]
    public async Task A_mail_goes_out_by_STARTTLS_with_everything_said_under_TLS()
    {
        Well();
        var id = Marker();

        await AddAsync(id);
        var mail = await ReceivedAsync(id);

        Assert.True(mail.OverTls);
        Assert.Equal("mailer", mail.User);
        Assert.Contains("MAIL FROM:<id@id.test>", mail.From, StringComparison.Ordinal);
        Assert.Contains("<ada@example.org>", mail.To, StringComparison.Ordinal);
        Assert.Contains("Auto-Submitted: auto-generated", mail.Data, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("multipart/alternative", mail.Data, StringComparison.Ordinal);
        Assert.Contains("text/plain; charset=utf-8", mail.Data, StringComparison.Ordinal);
        Assert.Contains("text/html; charset=utf-8", mail.Data, StringComparison.Ordinal);
        Assert.DoesNotContain(Smtp.InClear, line => line.StartsWith("AUTH", StringComparison.Ordinal) || line.StartsWith("MAIL", StringComparison.Ordinal));
        await GoneAsync(id);
    }

    [Fact]
    public async Task A_server_that_offers_no_STARTTLS_gets_nothing_and_the_mail_waits()
    {
        Well();
        Smtp.OffersTls = false;
        var id = Marker();
        await AddAsync(id);
        await FailedAsync(id, 1);

        Smtp.OffersTls = true;
        await TryAgainAsync();

        await ReceivedAsync(id);
    }

    [Fact]
    public async Task F_33_A_mail_that_is_refused_is_tried_again_with_growing_pauses()
    {
        Well();
        Smtp.RecipientAnswer = "451 later";
        var id = Marker();
        await AddAsync(id);
        await FailedAsync(id, 1);
        var first = await WaitOfAsync(id);
        await TryAgainAsync();
        await FailedAsync(id, 2);
        var second = await WaitOfAsync(id);

        Smtp.RecipientAnswer = "250 ok";
        await TryAgainAsync();

        await ReceivedAsync(id);
        Assert.True(second > first, $"{first} then {second}");
        Assert.Single(Smtp.Mails, mail => mail.Data.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task F_33_A_mail_is_given_up_when_it_is_worth_nothing_any_more()
    {
        Well();
        Smtp.RecipientAnswer = "450 mailbox busy";
        var id = Marker();
        await AddAsync(id);
        await FailedAsync(id, 1);

        Server.Clock.Move(TimeSpan.FromHours(2));
        await TryAgainAsync();

        await GoneAsync(id);
        Assert.DoesNotContain(Smtp.Mails, mail => mail.Data.Contains(id, StringComparison.Ordinal));
        await Until.TrueAsync(() => Task.FromResult(Server.Logs.Lines.Any(line => line.Contains(" 4503 ", StringComparison.Ordinal) && line.Contains(id, StringComparison.Ordinal))), "it is said"); // after the row is gone
    }

    [Theory]
    [InlineData("550 no such user", "250 taken", "Recipient 550")]
    [InlineData("250 ok", "554 spam", "Content 554")]
    public async Task A_mail_that_is_refused_for_good_is_given_up_at_once_and_counted(string recipient, string content, string reason)
    {
        Well();
        (Smtp.RecipientAnswer, Smtp.ContentAnswer) = (recipient, content);
        var outcomes = new ConcurrentBag<object?>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, all) => { if (instrument.Name == "pynomaly.identity.mails") all.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => outcomes.Add(tags[0].Value));
        listener.Start();
        var id = Marker();

        await AddAsync(id);
        await GoneAsync(id);

        Assert.Contains(Server.Logs.Lines, line => line.Contains("4505", StringComparison.Ordinal) && line.Contains($"({id}) was refused for good ({reason})", StringComparison.Ordinal));
        Assert.DoesNotContain(Server.Logs.Lines, line => line.Contains("4502", StringComparison.Ordinal) && line.Contains(id, StringComparison.Ordinal));
        Assert.Contains("refused", outcomes);
    }

    [Fact]
    public async Task A_refused_sign_in_is_the_operators_to_mend_and_mails_wait_for_it()
    {
        Well();
        Smtp.SignInAnswer = "535 wrong password";
        var id = Marker();
        await AddAsync(id);
        await FailedAsync(id, 1);

        Smtp.SignInAnswer = "235 welcome";
        await TryAgainAsync();

        await ReceivedAsync(id);
    }

    [Fact]
    public async Task A_server_that_knows_LOGIN_only_is_signed_in_to()
    {
        Well();
        Smtp.Methods = "LOGIN";
        var id = Marker();

        await AddAsync(id);

        Assert.Equal("mailer", (await ReceivedAsync(id)).User);
    }

    [Fact]
    public async Task What_stands_behind_the_answer_to_STARTTLS_in_clear_ends_the_conversation()
    {
        Well();
        Smtp.InjectsAfterStartTls = true;
        var id = Marker();

        await AddAsync(id);
        await FailedAsync(id, 1);

        Assert.DoesNotContain(Smtp.Mails, mail => mail.Data.Contains(id, StringComparison.Ordinal));
        Well();
        await TryAgainAsync();
        await ReceivedAsync(id);
    }

    [Fact]
    public async Task F_33_A_mail_whose_receipt_was_lost_is_sent_once_more_under_the_same_Message_ID()
    {
        Well();
        Smtp.DropsAfterData = true;
        var id = Marker();
        await AddAsync(id);
        await FailedAsync(id, 1);

        Smtp.DropsAfterData = false;
        await TryAgainAsync();
        await GoneAsync(id);
        var ids = Smtp.Mails.Where(mail => mail.Data.Contains(id, StringComparison.Ordinal)).Select(mail => mail.Data.Split("\r\n").Single(line => line.StartsWith("Message-ID:", StringComparison.OrdinalIgnoreCase))).ToArray();

        Assert.Equal(2, ids.Length);
        Assert.Equal(ids[0], ids[1]);
    }

    [Fact]
    public async Task F_33_The_queue_survives_a_restart_while_the_server_is_silent()
    {
        Well();
        Smtp.IsSilent = true;
        var id = Marker();
        await AddAsync(id);
        await TakenAsync(id);

        await Server.RestartAsync();
        Smtp.IsSilent = false;
        await TryAgainAsync();

        await ReceivedAsync(id);
        await GoneAsync(id);
    }

    [Fact]
    public async Task Two_nodes_that_look_at_the_same_time_send_a_mail_once()
    {
        Well();
        var other = await Server.StartNodeAsync();
        var ids = Enumerable.Range(0, 50).Select(_ => Marker()).ToArray();

        foreach (var id in ids) await AddAsync(id);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? Delivery(0) : Delivery(other)).SendDueAsync(CancellationToken.None)));
        foreach (var id in ids) await GoneAsync(id);

        Assert.All(ids, id => Assert.Single(Smtp.Mails, mail => mail.Data.Contains(id, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task LK_06_The_database_holds_no_word_of_a_mail_and_the_log_no_address()
    {
        Well();
        Smtp.RecipientAnswer = "451 ada@example.org is busy";
        var id = Marker();
        await AddAsync(id);
        await FailedAsync(id, 1);

        var row = (string)(await Server.ScalarAsync("SELECT content FROM outgoing_mails WHERE kind = $1", id))!;
        Smtp.RecipientAnswer = "250 ok";
        await TryAgainAsync();
        await ReceivedAsync(id);

        Assert.DoesNotContain(id, row, StringComparison.Ordinal);
        Assert.DoesNotContain("example", row, StringComparison.Ordinal); // of the address; three letters stand in base64 by chance
        Assert.DoesNotContain(Server.Logs.Lines, line => line.Contains("Pynomaly.Identity.Mail", StringComparison.Ordinal) && line.Contains("example.org", StringComparison.Ordinal));
    }

    private void Well()
    {
        (Smtp.OffersTls, Smtp.RecipientAnswer, Smtp.IsSilent, Smtp.DropsAfterData) = (true, "250 ok", false, false);
        (Smtp.Methods, Smtp.SignInAnswer, Smtp.ContentAnswer, Smtp.InjectsAfterStartTls) = ("PLAIN LOGIN", "235 welcome", "250 taken", false);
    }

    private static string Marker() => $"marker{Guid.NewGuid():N}";

    private MailDelivery Delivery(int node) => Server.ServicesOf(node).GetRequiredService<MailDelivery>();

    // The kind is the test's own, so that the row can be found; the worker sees a mail like any other.
    private Task<bool> AddAsync(string id) => Server.Services.GetRequiredService<Database>().WriteAsync(async (session, stop) =>
    {
        await Server.Services.GetRequiredService<Outbox>().AddAsync(session, id,
            new EmailMessage { To = "ada@example.org", Subject = $"Grüße {id}", Text = $"Text {id}", Html = $"<p>{id}</p>" }, Server.Clock.GetUtcNow() + TimeSpan.FromHours(1), stop);
        return true;
    }, CancellationToken.None);

    // Past the pause of a failure and the lease of a node that is gone.
    private async Task TryAgainAsync()
    {
        Server.Clock.Move(TimeSpan.FromMinutes(6));
        await Delivery(0).SendDueAsync(CancellationToken.None);
    }

    private async Task<TimeSpan> WaitOfAsync(string id) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)(await Server.ScalarAsync("SELECT next_attempt FROM outgoing_mails WHERE kind = $1", id))!) - Server.Clock.GetUtcNow();

    private Task FailedAsync(string id, int times) => Until.TrueAsync(() => Task.FromResult(
        Server.Logs.Lines.Count(line => line.Contains($"({id})", StringComparison.Ordinal) && line.Contains(" 4502 ", StringComparison.Ordinal)) >= times));

    private Task TakenAsync(string id) => Until.TrueAsync(async () => Convert.ToInt32(await Server.ScalarAsync("SELECT attempts FROM outgoing_mails WHERE kind = $1", id)) == 1);

    private Task GoneAsync(string id) => Until.TrueAsync(async () => (long)(await Server.ScalarAsync("SELECT COUNT(*) FROM outgoing_mails WHERE kind = $1", id))! == 0);

    private async Task<SmtpListener.Received> ReceivedAsync(string id)
    {
        await Until.TrueAsync(() => Task.FromResult(Smtp.Mails.Any(mail => mail.Data.Contains(id, StringComparison.Ordinal))));
        return Smtp.Mails.First(mail => mail.Data.Contains(id, StringComparison.Ordinal));
    }

    public abstract class MailServer(string provider) : TestServer(provider)
    {
        private readonly string _authority = Path.GetTempFileName();

        public virtual SmtpListener Smtp { get; } = new();

        protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
        [
            new("Identity:Mail:Delivery", "Smtp"), new("Identity:Mail:Host", "localhost"), new("Identity:Mail:Port", $"{Smtp.Port}"), new("Identity:Mail:From", "id@id.test"),
            new("Identity:Mail:UserName", "mailer"), new("Identity:Mail:Password", "pass of mailer"), new("Identity:Mail:ImplicitTls", $"{Smtp.IsImplicit}"), new("Identity:Mail:Authority", AuthorityFile()),
        ];

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await Smtp.DisposeAsync();
            File.Delete(_authority);
            GC.SuppressFinalize(this);
        }

        private string AuthorityFile()
        {
            if (new FileInfo(_authority).Length == 0) File.WriteAllText(_authority, Smtp.Certificate.ExportCertificatePem()); // once: another node may be reading it
            return _authority;
        }
    }

    public sealed class OnSqlite() : MailServer("Sqlite");

    public sealed class OnPostgreSql() : MailServer("PostgreSql");
}

public sealed class DeliveryTestsOnSqlite(DeliveryTests.OnSqlite server) : DeliveryTests(server), IClassFixture<DeliveryTests.OnSqlite>;

public sealed class DeliveryTestsOnPostgreSql(DeliveryTests.OnPostgreSql server) : DeliveryTests(server), IClassFixture<DeliveryTests.OnPostgreSql>;
