using System.Text.Json;
using Pynomaly.Identity.ResourceServer.Tokens;

namespace Pynomaly.Identity.ResourceServer.Revocation;

/// <summary>One part of the server's revocation list, as JSON or as the payload of a signed token: the members are the same.</summary>
internal sealed class ListPage
{
    public required string Cursor { get; init; }

    public required bool HasMore { get; init; }

    /// <summary>When the server wrote it, by the server's clock: what freshness is measured by.</summary>
    public required long Generated { get; init; }

    /// <summary>Who signed it says so; null where it is not signed.</summary>
    public string? Issuer { get; init; }

    /// <summary>When the signature ends; null where it is not signed.</summary>
    public long? SignedUntil { get; init; }

    public required IReadOnlyList<(UInt128 Id, long Expires)> Revoked { get; init; }

    public required IReadOnlyList<CutOff> CutOffs { get; init; }

    public bool IsEmpty => Revoked.Count == 0 && CutOffs.Count == 0;

    /// <summary>Reads it straight into numbers: a part may hold 50,000 entries.</summary>
    /// <exception cref="JsonException">It is not such a page.</exception>
    public static ListPage Read(ReadOnlySpan<byte> bytes)
    {
        string? cursor = null, issuer = null;
        long? generated = null, until = null;
        var hasMore = false;
        List<(UInt128, long)> revoked = [];
        List<CutOff> cutOffs = [];
        var json = new Utf8JsonReader(bytes);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject) throw new JsonException("The revocation list is not an object");
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("cursor"u8)) cursor = Text(ref json);
                else if (json.ValueTextEquals("more"u8)) hasMore = json.Read() && json.GetBoolean();
                else if (json.ValueTextEquals("generated"u8)) generated = Number(ref json);
                else if (json.ValueTextEquals("iss"u8)) issuer = Text(ref json);
                else if (json.ValueTextEquals("exp"u8)) until = Number(ref json);
                else if (json.ValueTextEquals("revoked"u8)) ReadRevoked(ref json, revoked);
                else if (json.ValueTextEquals("cut_offs"u8)) ReadCutOffs(ref json, cutOffs);
                else Skip(ref json);
            }
        }
        catch (Exception failure) when (failure is InvalidOperationException or FormatException)
        {
            throw new JsonException("The revocation list has a member of another type", failure);
        }

        return new ListPage
        {
            Cursor = cursor ?? throw new JsonException("The revocation list has no cursor"), HasMore = hasMore, Issuer = issuer, SignedUntil = until, Revoked = revoked, CutOffs = cutOffs,
            Generated = generated ?? throw new JsonException("The revocation list does not say when it was written"),
        };
    }

    private static void ReadRevoked(ref Utf8JsonReader json, List<(UInt128, long)> revoked)
    {
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            string? jti = null;
            long expires = 0;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("jti"u8)) jti = Text(ref json);
                else if (json.ValueTextEquals("exp"u8)) expires = Number(ref json);
                else Skip(ref json);
            }

            revoked.Add((ClaimReader.IdOf(jti ?? throw new JsonException("An entry of the revocation list has no jti")), expires));
        }
    }

    private static void ReadCutOffs(ref Utf8JsonReader json, List<CutOff> cutOffs)
    {
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            string? client = null, kid = null;
            long before = 0, expires = 0;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("client_id"u8)) client = Text(ref json);
                else if (json.ValueTextEquals("kid"u8)) kid = Text(ref json);
                else if (json.ValueTextEquals("issued_before"u8)) before = Number(ref json);
                else if (json.ValueTextEquals("exp"u8)) expires = Number(ref json);
                else Skip(ref json);
            }

            cutOffs.Add(new CutOff(client is null, client ?? kid ?? throw new JsonException("A cut-off of the revocation list names nobody"), before, expires));
        }
    }

    private static string Text(ref Utf8JsonReader json) => json.Read() && json.GetString() is { } text ? text : throw new JsonException("The revocation list has a null");

    private static long Number(ref Utf8JsonReader json) => json.Read() ? json.GetInt64() : throw new JsonException("The revocation list ends early");

    private static void Skip(ref Utf8JsonReader json)
    {
        json.Read();
        json.Skip();
    }
}
