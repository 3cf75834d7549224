using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace Pynomaly.Identity.ResourceServer.Binding;

/// <summary>Nonces that this API demands in DPoP proofs: a time, sealed by Data Protection, so that all nodes which share its keys accept each other's. RFC 9449 §8, §9.</summary>
internal sealed class ServerNonces(IDataProtectionProvider protection, TimeProvider time)
{
    /// <summary>How long one is accepted; after half of it clients are given the next.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly IDataProtector _protector = protection.CreateProtector("Pynomaly.Identity.ResourceServer.DPoPNonce");
    private volatile Issued? _current;

    /// <summary>The nonce to give now.</summary>
    public string Current
    {
        get
        {
            var now = time.GetUtcNow();
            if (_current is { } issued && now - issued.At < Lifetime / 4 && now >= issued.At) return issued.Nonce;
            Span<byte> at = stackalloc byte[8];
            BinaryPrimitives.WriteInt64BigEndian(at, now.ToUnixTimeMilliseconds());
            return (_current = new Issued(WebEncoders.Base64UrlEncode(_protector.Protect(at.ToArray())), now)).Nonce;
        }
    }

    /// <summary>Whether the nonce was given by this API and is not too old.</summary>
    public bool IsGood(string nonce) => AgeOf(nonce) is { } age && age <= Lifetime && age >= -Lifetime / 4; // nodes' clocks differ a little

    /// <summary>Whether the client should be given the next one.</summary>
    public bool IsOld(string nonce) => AgeOf(nonce) is not { } age || age > Lifetime / 2;

    private TimeSpan? AgeOf(string nonce)
    {
        if (_current is { } issued && issued.Nonce == nonce) return time.GetUtcNow() - issued.At;
        if (nonce.Length > 512) return null;
        try
        {
            var at = _protector.Unprotect(WebEncoders.Base64UrlDecode(nonce));
            return at.Length == 8 ? time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(at)) : null;
        }
        catch (Exception failure) when (failure is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private sealed record Issued(string Nonce, DateTimeOffset At);
}
