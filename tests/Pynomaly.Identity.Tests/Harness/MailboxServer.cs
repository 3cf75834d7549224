using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Mail;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>A server whose mails lie in a folder, and that offers everything that needs mail.</summary>
public abstract partial class MailboxServer(string provider) : TestServer(provider)
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pynomaly-mail-").FullName;

    /// <inheritdoc />
    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Identity:Mail:Delivery", "Folder"), new("Identity:Mail:Folder", _folder), new("Identity:Accounts:SelfRegistration", "true"),
        new("Identity:Accounts:RegistrationRoles", "viewer"), new("Identity:Accounts:FactorRecovery", "Email"),
    ];

    /// <summary>The mails to an address so far, oldest first, once everything that is due is sent.</summary>
    internal async Task<FolderMail[]> MailsAsync(string address)
    {
        await Until.TrueAsync(async () => (long)(await ScalarAsync("SELECT COUNT(*) FROM outgoing_mails WHERE attempts > 0 OR next_attempt <= $1", Clock.GetUtcNow()))! == 0, "an outbox without what is due");
        return [.. Services.GetRequiredService<MailFolder>().List().Where(mail => mail.To == address).Reverse()];
    }

    /// <summary>The path of the link to the page in the newest mail to the address that has one.</summary>
    internal async Task<string> LinkAsync(string address, string page)
    {
        var mails = await MailsAsync(address); // what left in one moment has no order
        return LinkIn(mails.LastOrDefault(mail => mail.Text.Contains($"{page}?", StringComparison.Ordinal)) ?? mails.Last(), page);
    }

    /// <summary>The path of the link to the page in the mail.</summary>
    internal static string LinkIn(FolderMail mail, string page) =>
        Link().Matches(mail.Text).Select(match => match.Groups[1].Value).FirstOrDefault(path => path.StartsWith($"{page}?", StringComparison.Ordinal))
        ?? throw new InvalidOperationException($"No link to {page} in: {mail.Text}");

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Leftovers.RemoveAsync(_folder);
        GC.SuppressFinalize(this);
    }

    [GeneratedRegex(@"https://id\.test(/\S+)")]
    private static partial Regex Link();
}

/// <summary>The same over SQLite.</summary>
public sealed class SqliteMailboxServer() : MailboxServer("Sqlite");

/// <summary>The same over PostgreSQL.</summary>
public sealed class PostgreSqlMailboxServer() : MailboxServer("PostgreSql");
