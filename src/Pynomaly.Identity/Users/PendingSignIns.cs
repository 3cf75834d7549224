using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>Half-done sign-ins: rows that are used once, bound to the browser that began them. They are not sessions, and no page but the sign-in's own looks for them.</summary>
public sealed partial class PendingSignIns(Database database, FlowCookie cookie, ServerOptions options, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Keeps one, and answers its handle, which is not the one that is given.</summary>
    internal async Task<string> CreateAsync(HttpContext context, PendingSignIn begun, CancellationToken cancellationToken)
    {
        var handle = Secrets.Create();
        var now = time.GetUtcNow();
        var state = new State(cookie.Require(context), begun.Amr, begun.AuthTime.ToUnixTimeMilliseconds(), begun.Level, begun.MustEnrol, begun.SessionId, null, begun.Stamp);
        var row = new Token
        {
            Id = RowOf(handle), Kind = TokenKinds.PendingSignIn, UserId = begun.UserId, Created = now, Expires = now + Lifetime, Payload = Serialize(state),
        };
        await database.WriteAsync((session, stop) => OneTimeTokens.AddAsync(session, row, stop), cancellationToken);
        return handle;
    }

    /// <summary>The sign-in; null when it is unknown, done, expired, another browser's, or its person is disabled or has changed password, address or factors since.</summary>
    public async Task<PendingSignIn?> FindAsync(string? handle, HttpContext context, CancellationToken cancellationToken)
    {
        if (handle is not { Length: 43 } || cookie.Read(context) is not { } browser) return null;
        await using var session = await database.ReadAsync(cancellationToken);
        var row = await OneTimeTokens.FindAsync(session, RowOf(handle), TokenKinds.PendingSignIn, cancellationToken);
        if (row is null || row.Consumed is not null || row.Expires <= time.GetUtcNow()) return null;
        var state = Deserialize(row.Payload!);
        if (state.Browser != browser) return null;
        if (await AccountStamp.ReadAsync(session, row.UserId!, cancellationToken) is not { } stamp || stamp != state.Stamp) return null;

        // Who got a factor elsewhere meanwhile is asked for it: adding another one under a password alone would go around it.
        // And a session adds one a moment after its proof only (ASVS 7.5.1).
        var mayEnrol = state.SessionId is null || IsFresh(DateTimeOffset.FromUnixTimeMilliseconds(state.AuthTime));
        var mustEnrol = state.MustEnrol && (state.Enrolled is not null || mayEnrol && !(await FactorChoices.ReadAsync(session, row.UserId!, cancellationToken)).Any);
        return new PendingSignIn
        {
            Handle = handle, UserId = row.UserId!, Amr = state.Amr, AuthTime = DateTimeOffset.FromUnixTimeMilliseconds(state.AuthTime), Level = state.Level, MustEnrol = mustEnrol,
            SessionId = state.SessionId, Enrolled = state.Enrolled, Stamp = state.Stamp,
        };
    }

    /// <summary>Whether a proof of that time is young enough to change what lasts.</summary>
    internal bool IsFresh(DateTimeOffset authTime) => time.GetUtcNow() - authTime is var age && age < options.Accounts.ConfirmedFor && age > -options.Lifetimes.ClockSkew;

    /// <summary>Ends it, once; in the transaction of what it ends with.</summary>
    internal ValueTask<bool> ConsumeAsync(SqlSession session, string handle, CancellationToken cancellationToken) =>
        OneTimeTokens.ConsumeAsync(session, RowOf(handle), TokenKinds.PendingSignIn, time.GetUtcNow(), cancellationToken);

    /// <summary>Notes in the person's half-done sign-ins of this browser that a first factor was added under them; in the transaction that adds it. With a factor from before, that one is asked for.</summary>
    internal async ValueTask MarkEnrolledAsync(SqlSession session, HttpContext context, string userId, string method, FactorChoices before, CancellationToken cancellationToken)
    {
        if (before.Any || cookie.Read(context) is not { } browser) return;
        var now = time.GetUtcNow();
        var rows = await session.ListAsync("SELECT id, payload FROM tokens WHERE user_id = $1 AND kind = $2 AND consumed IS NULL AND expires > $3",
            row => (Id: row.GetString(0), State: Deserialize(row.GetString(1))), cancellationToken, userId, TokenKinds.PendingSignIn, now);
        foreach (var (id, state) in rows.Where(row => row.State.MustEnrol && row.State.Browser == browser))
            await OneTimeTokens.UpdateAsync(session, id, TokenKinds.PendingSignIn, Serialize(state with { Enrolled = method }), now, cancellationToken);
    }

    private static string RowOf(string handle) => Secrets.Hash(TokenKinds.PendingSignIn, handle);

    private static string Serialize(State state) => JsonSerializer.Serialize(state, Json.Default.State);

    private static State Deserialize(string payload) => JsonSerializer.Deserialize(payload, Json.Default.State)!;

    private sealed record State(string Browser, IReadOnlyList<string> Amr, long AuthTime, string Level, bool MustEnrol, string? SessionId, string? Enrolled, string? Stamp);

    [JsonSerializable(typeof(State))]
    private sealed partial class Json : JsonSerializerContext;
}
