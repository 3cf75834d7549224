using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Pynomaly.Identity.Client;

/// <summary>A private key of the client, and what it signs: assertions (RFC 7523) and DPoP proofs (RFC 9449).</summary>
internal sealed class ClientKey : IDisposable
{
    private readonly AsymmetricAlgorithm _key;

    private ClientKey(AsymmetricAlgorithm key) => _key = key;

    /// <summary>The algorithm that it signs with (RFC 7518 §3.1).</summary>
    public string Algorithm => _key is ECDsa ? "ES256" : "PS256";

    /// <summary>A new key on P-256.</summary>
    public static ClientKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads a key.</summary>
    /// <exception cref="CryptographicException">It is none that can be used; the message says why, and nothing of the key.</exception>
    public static ClientKey Read(string pem)
    {
        if (TryImport(ECDsa.Create(), key => key.ImportFromPem(pem)) is { } ec)
        {
            if (ec is ECDsa { KeySize: 256 }) return new ClientKey(ec);
            ec.Dispose();
            throw new CryptographicException("is an EC key of another curve than P-256");
        }

        if (TryImport(RSA.Create(), key => key.ImportFromPem(pem)) is not { } rsa) throw new CryptographicException("is not a private key in PEM");
        if (rsa.KeySize >= 3072) return new ClientKey(rsa);
        rsa.Dispose();
        throw new CryptographicException("is an RSA key of less than 3072 bits, which the server does not take");
    }

    /// <summary>The public half of an EC key as JWK, members in the order of RFC 7638 §3.</summary>
    public string PublicJwk()
    {
        var point = ((ECDsa)_key).ExportParameters(false).Q;
        return $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""";
    }

    /// <summary>A compact JWS of the two JSON texts.</summary>
    public string Sign(string header, string claims)
    {
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        var data = Encoding.ASCII.GetBytes(signed);
        var signature = _key is ECDsa ec ? ec.SignData(data, HashAlgorithmName.SHA256) : ((RSA)_key).SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private static T? TryImport<T>(T key, Action<T> import) where T : AsymmetricAlgorithm
    {
        try
        {
            import(key);
            _ = key switch { ECDsa ec => ec.ExportParameters(true).D, RSA rsa => rsa.ExportParameters(true).D, _ => null } ?? throw new CryptographicException("public");
            return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            return null;
        }
    }
}
