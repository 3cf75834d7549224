using System.Text.Json;

namespace Samples.DetectorsApi;

/// <summary>One answer of <c>/connect/revocations</c>: what was revoked since the cursor that the question named, and whether there is more to ask for.</summary>
internal sealed record RevocationPage(string Cursor, IReadOnlyList<RevokedToken> Revoked, IReadOnlyList<CutOff> CutOffs, bool More = false)
{
    public static JsonSerializerOptions Json { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}

/// <summary>One token, by its jti; the entry may be forgotten once the token itself has expired.</summary>
internal sealed record RevokedToken(string Jti, long Exp);

/// <summary>All tokens of one client, or of one signing key, that were issued before a moment.</summary>
internal sealed record CutOff(string? ClientId, string? Kid, long IssuedBefore, long Exp)
{
    public bool Covers(string? clientId, string? kid, long issuedAt) =>
        issuedAt < IssuedBefore && (ClientId is null || ClientId == clientId) && (Kid is null || Kid == kid) && (ClientId ?? Kid) is not null;
}
