namespace Pynomaly.Identity.Keys;

/// <summary>The master key of the installation, from keys/master.key: it wraps private keys and derives others. Never leaves the process.</summary>
public sealed class MasterKey
{
    /// <summary>A key derived for one purpose (HKDF-SHA256, RFC 5869).</summary>
    public byte[] Derive(string purpose, int length) => throw new NotSupportedException();
}
