using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Administration;

/// <summary>The keys that sign tokens: seen, given successors, revoked in an emergency. Their private halves are shown to nobody.</summary>
public sealed class SigningKeyAdministration(KeyRing ring, KeyRotation rotation, TokenRevoker revoker, Database database, ServerOptions options, TimeProvider time)
{
    /// <summary>All keys, the one that signs last first.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public IReadOnlyList<SigningKeyDetails> List(Operator who)
    {
        who.Require(ManagementPermissions.ViewKeys);
        var keys = ring.Keys;
        return [.. keys.Reverse().Select(key => SigningKeyDetails.Of(key, keys, options.Lifetimes.SigningKey))];
    }

    /// <summary>Makes successors: of one algorithm, or of every one. They are published now, and sign after Identity:Lifetimes:SigningKeyLead; or at once.</summary>
    /// <returns>The new keys.</returns>
    /// <exception cref="AdministrationException">Forbidden, not confirmed; invalid: the algorithm is not configured.</exception>
    public async Task<IReadOnlyList<SigningKeyDetails>> RotateAsync(Operator who, string? algorithm, bool immediately, CancellationToken cancellationToken)
    {
        who.RequireConfirmed(ManagementPermissions.ManageKeys);
        if (algorithm is not null && !options.SigningAlgorithms.Contains(algorithm))
            throw AdministrationException.Invalid("alg", "unknown", $"This server signs with {string.Join(", ", options.SigningAlgorithms)} (Identity:SigningAlgorithms)");
        var made = await rotation.RotateAsync(algorithm, immediately, who.Entry(default), cancellationToken);
        return [.. List(who).Where(key => made.Contains(key.Kid))];
    }

    /// <summary>Ends a key in an emergency: it leaves the key set, its tokens are put on the revocation list, and when it was the signing one, a new one takes over at once. When this returns, no node answers a request that begins from then on with a token of it.</summary>
    /// <remarks>A node hears of it within milliseconds, and refuses to issue anything when it has not looked for a second; so a little more is waited for where there may be other nodes, or, on SQLite, where this is the command line beside a server that looks four times a second. A token that another node signed
    /// meanwhile is refused like all others of the key: whoever got it asks again.</remarks>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, not found.</exception>
    public async Task RevokeAsync(Operator who, string kid, CancellationToken cancellationToken)
    {
        who.RequireConfirmed(ManagementPermissions.ManageKeys);
        var by = who.Entry(default);
        if (!await rotation.RevokeAsync(kid, by, cancellationToken) && ring.Keys.All(key => key.Kid != kid)) throw AdministrationException.NotFound("signing key");
        await revoker.RevokeKeyAsync(kid, by, CancellationToken.None); // the key is gone: nobody's haste keeps its cut-off from the list. Repeated for one that was revoked before: whatever stopped that act half-way is made good
        if (!database.IsSqlite || who.Kind == OperatorKind.CommandLine) await Task.Delay(KeyRotation.Margin, time, CancellationToken.None); // done is done: only the answer waits
    }
}
