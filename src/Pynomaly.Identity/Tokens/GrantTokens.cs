using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Pynomaly.Identity.Keys;

namespace Pynomaly.Identity.Tokens;

/// <summary>What follows from a grant's id and a number, so that it need not be stored: its refresh tokens, and the jtis of its access tokens.</summary>
/// <remarks>A refresh token is id (16 bytes), generation (8 bytes) and an HMAC-SHA256 over both, base64url. A leaked database holds no usable token.</remarks>
public sealed class GrantTokens(MasterKey master)
{
    private const int IdLength = 16;
    private const int TokenLength = IdLength + 8 + 32;
    private readonly Lazy<byte[]> _refreshKey = new(() => master.Derive("refresh tokens", 32));
    private readonly Lazy<byte[]> _jtiKey = new(() => master.Derive("access token identifiers", 32));

    /// <summary>The refresh token of a generation.</summary>
    public string RefreshToken(string authorizationId, long generation)
    {
        Span<byte> token = stackalloc byte[TokenLength];
        Head(authorizationId, generation, token);
        HMACSHA256.HashData(_refreshKey.Value, token[..(IdLength + 8)], token[(IdLength + 8)..]);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>Reads a refresh token; null unless this server made it, in exactly this spelling.</summary>
    public (string AuthorizationId, long Generation)? ReadRefreshToken(string text)
    {
        if (text.Length != Base64Url.GetEncodedLength(TokenLength)) return null;
        Span<byte> token = stackalloc byte[TokenLength];
        if (Base64Url.DecodeFromChars(text, token, out _, out var written) != System.Buffers.OperationStatus.Done || written != TokenLength) return null;
        Span<byte> mac = stackalloc byte[32];
        HMACSHA256.HashData(_refreshKey.Value, token[..(IdLength + 8)], mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, token[(IdLength + 8)..])) return null;
        var id = Base64Url.EncodeToString(token[..IdLength]);
        var generation = BinaryPrimitives.ReadInt64BigEndian(token[IdLength..]);
        return RefreshToken(id, generation) == text ? (id, generation) : null; // one spelling only
    }

    /// <summary>The jti of the grant's access token of that number.</summary>
    public string Jti(string authorizationId, long number)
    {
        Span<byte> head = stackalloc byte[IdLength + 8];
        Span<byte> mac = stackalloc byte[32];
        Head(authorizationId, number, head);
        HMACSHA256.HashData(_jtiKey.Value, head, mac);
        return Base64Url.EncodeToString(mac[..16]);
    }

    private static void Head(string authorizationId, long number, Span<byte> destination)
    {
        Base64Url.DecodeFromChars(authorizationId, destination, out _, out _);
        BinaryPrimitives.WriteInt64BigEndian(destination[IdLength..], number);
    }
}
