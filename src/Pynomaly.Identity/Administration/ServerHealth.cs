using System.Data.Common;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Mail;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Administration;

/// <summary>How this node stands, in sentences: what the console's dashboard and the API show. The orchestrator's questions are /health/live and /health/ready.</summary>
public sealed class ServerHealth(Database database, ChangeFeed feed, KeyRing keys, RevocationList revocations, ClientAdministration clients, ServerOptions options, TimeProvider time)
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    /// <summary>Looks.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public async Task<IReadOnlyList<HealthItem>> LookAsync(Operator who, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewSystem);
        var items = new List<HealthItem> { await DatabaseAsync(cancellationToken) };
        if (items[0].State == "wrong") return items;
        items.Add(Keys());
        items.Add(await MailAsync(cancellationToken));
        if (who.Holds(ManagementPermissions.ViewClients)) items.Add(await SecretsAsync(who, cancellationToken));
        items.Add(new("revocations", "ok", new("revocations", $"{revocations.Count} tokens are on the revocation list")));
        return items;
    }

    private string Named => options.DatabaseProvider == "Sqlite" ? "SQLite" : "PostgreSQL"; // as its makers write it

    private async Task<HealthItem> DatabaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            var start = time.GetTimestamp();
            await using var sql = await database.ReadAsync(cancellationToken);
            await sql.FirstAsync("SELECT number FROM server_state WHERE name = 'changes'", row => row.GetInt64(0), cancellationToken);
            var took = time.GetElapsedTime(start).TotalMilliseconds;
            return feed.IsFresh ? new("database", "ok", new("database_answers", $"{Named} answers in {took:0.0} ms"))
                : new("database", "look", new("database_stale", $"{Named} answers, but this node has not looked for changes for more than a second"));
        }
        catch (DbException e)
        {
            return new("database", "wrong", new("database_silent", $"{Named} does not answer: {e.GetType().Name}"));
        }
    }

    private HealthItem Keys()
    {
        var missing = options.SigningAlgorithms.Except(keys.AlgorithmsInUse).ToList();
        if (missing.Count > 0) return new("keys", "wrong", new("keys_missing", $"There is no signing key for {string.Join(", ", missing)}"));
        var late = keys.Keys.Where(key => key.State == "active" && key.Activates + options.Lifetimes.SigningKey + TimeSpan.FromHours(1) < time.GetUtcNow() && keys.Keys.All(other => other.State != "pending" || other.Algorithm != key.Algorithm)).ToList();
        return late.Count > 0 ? new("keys", "look", new("keys_late", $"The key {late[0].Kid} ({late[0].Algorithm}) should have a successor by now"))
            : new("keys", "ok", new("keys_fine", $"Signs with {string.Join(", ", keys.AlgorithmsInUse)}"));
    }

    private async Task<HealthItem> MailAsync(CancellationToken cancellationToken)
    {
        if (options.Mail.Delivery == "Off") return new("mail", "look", new("mail_off", $"Identity:Mail:Delivery is Off: nobody can reset a password or prove an address"));
        await using var sql = await database.ReadAsync(cancellationToken);
        var (count, oldest) = await sql.FirstAsync($"SELECT COUNT(*), MIN(created) FROM outgoing_mails WHERE kind <> '{Outbox.PasswordWish}'", row => (row.GetInt64(0), row.OptionalTime(1)), cancellationToken);
        return count == 0 ? new("mail", "ok", new("mail_none", $"No e-mail waits"))
            : new("mail", time.GetUtcNow() - oldest > TimeSpan.FromMinutes(15) ? "look" : "ok", new("mail_waits", $"{count} e-mails wait, the oldest since {oldest:yyyy-MM-dd HH:mm}Z"));
    }

    private async Task<HealthItem> SecretsAsync(Operator who, CancellationToken cancellationToken)
    {
        var ending = (await clients.ListAsync(who, new ClientFilter { IsEnabled = true, SecretEndsBefore = time.GetUtcNow() + Soon }, null, Cursors.Most, cancellationToken)).Items;
        return ending.Count == 0 ? new("clients", "ok", new("secrets_fine", $"No client's last secret ends within 14 days"))
            : new("clients", "look", new("secrets_end", $"The last secret of {string.Join(", ", [.. ending.Take(5).Select(client => client.ClientId), .. ending.Count > 5 ? ["…"] : Array.Empty<string>()])} ends within 14 days, or has ended"));
    }
}
