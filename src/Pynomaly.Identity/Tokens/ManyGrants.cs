using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tokens;

/// <summary>The grants of a client that has very many of them: ended in parts, each a transaction of its own, so that nobody else who ends something waits for a million of them.</summary>
/// <remarks>The client is refused and its tokens are cut off before. Nothing but the end of the process stops it; then whoever asks again ends the rest.</remarks>
internal sealed class ManyGrants(Database database, LivingGrants grants, TimeProvider time)
{
    /// <summary>Ends them.</summary>
    public async Task EndAsync(string clientId, string reason)
    {
        for ((long Created, string Id)? at = (long.MinValue, ""); at is { } after;)
            at = await database.WriteAsync((session, stop) => grants.EndPartAsync(session.Patient(), clientId, after, reason, time.GetUtcNow(), stop), CancellationToken.None);
    }
}
