using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tokens;

/// <summary>The grants of a client that has very many of them: ended in parts, each a transaction of its own, so that nobody else who ends something waits for a million of them.</summary>
/// <remarks>It is entered with a cut-off that ends all of the client's tokens at once. Whoever is stopped halfway asks again; what was ended stays ended.</remarks>
internal sealed class ManyGrants(Database database, LivingGrants grants, AuditTrail audit, TimeProvider time)
{
    /// <summary>Ends them; nothing when they are not so many. Then they are for the act's own transaction.</summary>
    public async Task EndAsync(string clientId, string reason, AuditEntry entry, Action committed, CancellationToken cancellationToken)
    {
        await using (var session = (await database.ReadAsync(cancellationToken)).Patient())
        {
            if (!await LivingGrants.AreManyAsync(session, clientId, cancellationToken)) return;
        }

        await database.WriteAsync(async (session, stop) =>
        {
            var now = time.GetUtcNow();
            await RevocationList.AddCutOffAsync(session, "client_id", clientId, now, now + TokenRevoker.LongestLife, now, stop);
            await audit.WriteAsync(session, entry, stop);
            return true;
        }, cancellationToken);
        committed();
        for ((long Created, string Id)? at = (long.MinValue, ""); at is { } after;)
            at = await database.WriteAsync((session, stop) => grants.EndPartAsync(session, clientId, after, reason, time.GetUtcNow(), stop), cancellationToken);
        committed();
    }
}
