using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>The challenges of WebAuthn ceremonies: kept on the server, bound to the browser that asked, good for five minutes and for one try. Web Authentication Level 3 §13.4.3.</summary>
public sealed partial class PasskeyChallenges(Database database, FlowCookie cookie, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>Keeps one, and answers its handle. The person is whose passkey is made, or asked for; null: anybody's is asked for.</summary>
    internal async Task<string> CreateAsync(HttpContext context, string kind, string? userId, string state, CancellationToken cancellationToken)
    {
        var handle = Secrets.Create();
        var now = time.GetUtcNow();
        var row = new Token
        {
            Id = Secrets.Hash(kind, handle), Kind = kind, UserId = userId, Created = now, Expires = now + Lifetime,
            Payload = JsonSerializer.Serialize(new Kept(cookie.Require(context), state), ChallengeJson.Default.Kept),
        };
        await database.WriteAsync((session, stop) => OneTimeTokens.AddAsync(session, row, stop), cancellationToken);
        return handle;
    }

    /// <summary>Whose it is and what the answer is checked against; null when it is unknown, used, expired or another browser's.</summary>
    internal async Task<(string? UserId, string State)?> FindAsync(HttpContext context, string kind, string handle, CancellationToken cancellationToken)
    {
        if (handle is not { Length: 43 } || cookie.Read(context) is not { } browser) return null;
        await using var session = await database.ReadAsync(cancellationToken);
        var row = await OneTimeTokens.FindAsync(session, Secrets.Hash(kind, handle), kind, cancellationToken);
        if (row is null || row.Consumed is not null || row.Expires <= time.GetUtcNow()) return null;
        var kept = JsonSerializer.Deserialize(row.Payload!, ChallengeJson.Default.Kept)!;
        return kept.Browser == browser ? (row.UserId, kept.State) : null;
    }

    /// <summary>Uses it up. True for exactly one caller.</summary>
    internal ValueTask<bool> ConsumeAsync(SqlSession session, string kind, string handle, CancellationToken cancellationToken) =>
        OneTimeTokens.ConsumeAsync(session, Secrets.Hash(kind, handle), kind, time.GetUtcNow(), cancellationToken);

    /// <summary>Uses it up where nothing came of it: a challenge is good for one try.</summary>
    internal Task<bool> SpendAsync(string kind, string handle, CancellationToken cancellationToken) =>
        database.WriteAsync((session, stop) => ConsumeAsync(session, kind, handle, stop), cancellationToken);

    private sealed record Kept(string Browser, string State);

    [JsonSerializable(typeof(Kept))]
    private sealed partial class ChallengeJson : JsonSerializerContext;
}
