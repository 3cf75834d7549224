using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Sealing;

/// <summary>The key that signs the seals: ES256, made once an installation, kept in the database under the master key. Whoever holds only one of the two cannot sign.</summary>
internal sealed class SealKey(MasterKey master, Database database, AuditTrail audit, ILogger<SealKey> logger)
{
    private const string ReadSql = "SELECT text FROM server_state WHERE name = 'audit_key'";
    private readonly KeyAlgorithm _algorithm = KeyAlgorithm.Find(Algorithms.ES256)!;
    private Opened? _opened;

    /// <summary>The key; made at the first use.</summary>
    /// <exception cref="ConfigurationException">It cannot be opened by this master key.</exception>
    public async ValueTask<Opened> GetAsync(CancellationToken cancellationToken) => _opened ??= Open(await ReadAsync(cancellationToken) ?? await CreateAsync(cancellationToken));

    /// <summary>A public key that was exported earlier.</summary>
    /// <exception cref="ConfigurationException">It is none.</exception>
    public static Opened Import(string jwk)
    {
        try
        {
            var json = JsonElement.Parse(jwk);
            var (x, y) = (json.GetProperty("x").GetString()!, json.GetProperty("y").GetString()!);
            if (json.GetProperty("kty").GetString() != "EC" || json.GetProperty("crv").GetString() != "P-256") throw new KeyNotFoundException();
            var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = System.Buffers.Text.Base64Url.DecodeFromChars(x), Y = System.Buffers.Text.Base64Url.DecodeFromChars(y) } });
            return new Opened(json.GetProperty("kid").GetString()!, jwk, key);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or CryptographicException or ArgumentNullException)
        {
            throw new ConfigurationException("The key is not a public JWK for ES256. Give the file that the command audit key wrote.");
        }
    }

    private async ValueTask<string?> ReadAsync(CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.FirstAsync(ReadSql, row => row.Text(0), cancellationToken);
    }

    private async ValueTask<string> CreateAsync(CancellationToken cancellationToken)
    {
        var (pkcs8, members) = _algorithm.Generate();
        var kid = KeyAlgorithm.Thumbprint(members);
        var text = $"{_algorithm.PublicJwk(kid, members)}\n{Convert.ToBase64String(master.Wrap(pkcs8, Context(kid)))}";
        CryptographicOperations.ZeroMemory(pkcs8);
        var (kept, isNew) = await database.WriteAsync(async (session, stop) =>
        {
            // Two nodes that begin at once: the first row counts for both.
            var added = await session.ExecuteAsync("INSERT INTO server_state (name, number, text) VALUES ('audit_key', 0, $1) ON CONFLICT (name) DO NOTHING", stop, text) == 1;
            if (added) await audit.WriteAsync(session, new AuditEntry(Log.KeyCreated) { Actor = "server", Detail = $"{{\"kid\":\"{kid}\"}}" }, stop);
            return (await session.FirstAsync(ReadSql, row => row.GetString(0), stop), added);
        }, cancellationToken);
        if (isNew) logger.LogKeyCreated(kid);
        return kept!;
    }

    private Opened Open(string text)
    {
        var parts = text.Split('\n');
        var jwk = parts[0];
        var kid = JsonElement.Parse(jwk).GetProperty("kid").GetString()!;
        var pkcs8 = (parts.Length == 2 ? master.TryUnwrap(Convert.FromBase64String(parts[1]), Context(kid)) : null)
            ?? throw new ConfigurationException("The key that seals the audit trail cannot be opened by this master key. Restore database and keys directory from one backup.");
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        CryptographicOperations.ZeroMemory(pkcs8);
        return new Opened(kid, jwk, key);
    }

    private static string Context(string kid) => $"audit key {kid}";

    /// <summary>A key that is open.</summary>
    /// <param name="Kid">Its RFC 7638 thumbprint.</param>
    /// <param name="PublicJwk">What may be published of it.</param>
    /// <param name="Key">To sign or verify with.</param>
    public sealed record Opened(string Kid, string PublicJwk, ECDsa Key);
}
