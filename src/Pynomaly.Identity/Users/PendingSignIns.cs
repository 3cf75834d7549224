using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>Half-done sign-ins: rows that are used once, bound to the browser that began them. They are not sessions, and no page but the sign-in's own looks for them.</summary>
public sealed partial class PendingSignIns(Database database, FlowCookie cookie, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Keeps one, and answers its handle.</summary>
    internal async Task<string> CreateAsync(HttpContext context, string userId, IReadOnlyList<string> amr, DateTimeOffset authTime, string level, bool mustEnrol, CancellationToken cancellationToken)
    {
        var handle = Secrets.Create();
        var now = time.GetUtcNow();
        var row = new Token
        {
            Id = RowOf(handle), Kind = TokenKinds.PendingSignIn, UserId = userId, Created = now, Expires = now + Lifetime,
            Payload = JsonSerializer.Serialize(new State(cookie.Require(context), amr, authTime.ToUnixTimeMilliseconds(), level, mustEnrol), Json.Default.State),
        };
        await database.WriteAsync((session, stop) => OneTimeTokens.AddAsync(session, row, stop), cancellationToken);
        return handle;
    }

    /// <summary>The sign-in; null when it is unknown, done, expired, another browser's, or its person is disabled.</summary>
    public async Task<PendingSignIn?> FindAsync(string? handle, HttpContext context, CancellationToken cancellationToken)
    {
        if (handle is not { Length: 43 } || cookie.Read(context) is not { } browser) return null;
        await using var session = await database.ReadAsync(cancellationToken);
        var row = await OneTimeTokens.FindAsync(session, RowOf(handle), TokenKinds.PendingSignIn, cancellationToken);
        if (row is null || row.Consumed is not null || row.Expires <= time.GetUtcNow()) return null;
        var state = JsonSerializer.Deserialize(row.Payload!, Json.Default.State)!;
        if (state.Browser != browser || await Accounts.FindAsync(session, row.UserId!, cancellationToken) is null or { IsDisabled: true }) return null;
        return new PendingSignIn
        {
            Handle = handle, UserId = row.UserId!, Amr = state.Amr, AuthTime = DateTimeOffset.FromUnixTimeMilliseconds(state.AuthTime), Level = state.Level, MustEnrol = state.MustEnrol,
        };
    }

    /// <summary>Ends it, once; in the transaction of what it ends with.</summary>
    internal ValueTask<bool> ConsumeAsync(SqlSession session, string handle, CancellationToken cancellationToken) =>
        OneTimeTokens.ConsumeAsync(session, RowOf(handle), TokenKinds.PendingSignIn, time.GetUtcNow(), cancellationToken);

    private static string RowOf(string handle) => Secrets.Hash(TokenKinds.PendingSignIn, handle);

    private sealed record State(string Browser, IReadOnlyList<string> Amr, long AuthTime, string Level, bool MustEnrol);

    [JsonSerializable(typeof(State))]
    private sealed partial class Json : JsonSerializerContext;
}
