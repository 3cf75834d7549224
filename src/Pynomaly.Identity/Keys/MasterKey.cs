using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Keys;

/// <summary>The master key of the installation, from keys/master.key: it wraps private keys and derives others. Never leaves the process.</summary>
/// <remarks>The database keeps a check value of it. Once that stands, no other key is taken and none is made: a lost master key is a loss to be noticed.</remarks>
public sealed class MasterKey(ServerOptions options, Database database, AuditTrail audit, ILogger<MasterKey> logger)
{
    private const string FileName = "master.key";
    private const string Backup = "Restore it from the backup that belongs to this database";
    private const int Length = 32;
    private const byte WrapVersion = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private static readonly byte[] Heading = "# Master key of Pynomaly.Identity. Back it up, apart from the database.\n"u8.ToArray();
    private readonly KeysDirectory _directory = new(options.KeysDirectory);
    private readonly Lock _reading = new();
    private byte[]? _key;
    private byte[]? _wrapKey;
    private bool _lost;

    /// <summary>The file that it lies in.</summary>
    public string File => _directory.PathOf(FileName);

    /// <summary>A key derived for one purpose (HKDF-SHA256, RFC 5869).</summary>
    public byte[] Derive(string purpose, int length) => Derive(Key(), purpose, length);

    /// <summary>Reads the key and proves that it is this database's; makes one for a database that has none yet.</summary>
    /// <exception cref="ConfigurationException">The key is missing, damaged, another installation's, or open to others.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        _directory.Prepare(FileName);
        var (known, sample) = await KnownAsync(cancellationToken);
        var created = false;
        if (_directory.Read(FileName) is null)
        {
            if (known is not null || sample is not null) throw new ConfigurationException($"{File} is missing, but the database was set up with a master key. {Backup}: a new one could not open the signing keys.");
            created = _directory.TryAdd(FileName, [.. Heading, .. Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length))), (byte)'\n']);
        }

        var check = Base64Url.EncodeToString(Derive("check value", 16));
        if (known is null)
        {
            if (sample is { } row && TryUnwrap(row.Secret, SigningKeys.Context(row.Kid)) is null) throw Foreign();
            known = await database.WriteAsync(async (session, stop) =>
            {
                if (await session.ExecuteAsync("INSERT INTO server_state (name, number, text) VALUES ('master_key', 0, $1) ON CONFLICT (name) DO NOTHING", stop, check) == 1 && created)
                    await audit.WriteAsync(session, new AuditEntry(Log.MasterKeyCreated) { Actor = "server" }, stop);
                return await session.FirstAsync("SELECT text FROM server_state WHERE name = 'master_key'", r => r.Text(0), stop);
            }, cancellationToken);
        }

        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(known ?? string.Empty), Encoding.ASCII.GetBytes(check)))
        {
            if (created) _directory.Remove(FileName); // two nodes with two directories started at once: the other one's key counts
            throw Foreign();
        }

        if (created) logger.LogMasterKeyCreated(File);
    }

    /// <summary>Encrypts (AES-256-GCM), bound to the context: what is wrapped for one thing does not open as another.</summary>
    internal byte[] Wrap(ReadOnlySpan<byte> plain, string context)
    {
        var wrapped = new byte[1 + NonceLength + TagLength + plain.Length];
        wrapped[0] = WrapVersion;
        var nonce = wrapped.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(WrapKey(), TagLength);
        aes.Encrypt(nonce, plain, wrapped.AsSpan(1 + NonceLength + TagLength), wrapped.AsSpan(1 + NonceLength, TagLength), Encoding.UTF8.GetBytes(context));
        return wrapped;
    }

    /// <summary>Decrypts; null when it was wrapped by another key, for another context, or was changed.</summary>
    internal byte[]? TryUnwrap(ReadOnlySpan<byte> wrapped, string context)
    {
        if (wrapped.Length < 1 + NonceLength + TagLength || wrapped[0] != WrapVersion) return null;
        var plain = new byte[wrapped.Length - 1 - NonceLength - TagLength];
        using var aes = new AesGcm(WrapKey(), TagLength);
        try
        {
            aes.Decrypt(wrapped.Slice(1, NonceLength), wrapped[(1 + NonceLength + TagLength)..], wrapped.Slice(1 + NonceLength, TagLength), plain, Encoding.UTF8.GetBytes(context));
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>Looks whether the file still is what it was at start, and raises the alarm once when it is not.</summary>
    internal bool IsIntact()
    {
        byte[]? now = null;
        try
        {
            now = ReadFile();
        }
        catch (ConfigurationException)
        {
            // Missing or damaged: what is in memory goes on.
        }

        var intact = now is not null && CryptographicOperations.FixedTimeEquals(now, Key());
        if (!intact && !_lost) logger.LogMasterKeyLost(File);
        _lost = !intact;
        return intact;
    }

    private async Task<(string? Known, (string Kid, byte[] Secret)? Sample)> KnownAsync(CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var known = await session.FirstAsync("SELECT text FROM server_state WHERE name = 'master_key'", row => row.Text(0), cancellationToken);
        var sample = await session.FirstAsync<(string, byte[])?>("SELECT id, secret FROM signing_keys ORDER BY created DESC LIMIT 1", row => (row.GetString(0), (byte[])row.GetValue(1)), cancellationToken);
        return (known, sample);
    }

    private byte[] Key()
    {
        lock (_reading) return _key ??= ReadFile() ?? throw new ConfigurationException($"{File} is missing. {Backup}.");
    }

    private byte[] WrapKey() => _wrapKey ??= Derive("wrap", Length);

    private byte[]? ReadFile()
    {
        if (_directory.Read(FileName) is not { } content) return null;
        var line = Encoding.ASCII.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(text => text[0] != '#').ToArray();
        var key = new byte[Length];
        return line.Length == 1 && Convert.TryFromBase64String(line[0], key, out var length) && length == Length
            ? key
            : throw new ConfigurationException($"{File} is damaged: it does not hold one line of base64 for {Length} bytes. {Backup}.");
    }

    private ConfigurationException Foreign() => new($"{File} is not the master key of this database: it is damaged, or another installation's. {Backup}.");

    private static byte[] Derive(byte[] key, string purpose, int length) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, length, info: Encoding.UTF8.GetBytes($"Pynomaly.Identity {purpose}"));
}
