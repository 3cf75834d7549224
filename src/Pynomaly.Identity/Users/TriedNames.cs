using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Pynomaly.Identity.Keys;

namespace Pynomaly.Identity.Users;

/// <summary>Names that somebody tried to sign in with, as keyed hashes: one for all spellings of a name, whether an account has it or not. What was typed may be a password, so it is kept nowhere.</summary>
internal sealed class TriedNames(MasterKey master)
{
    private readonly Lazy<byte[]> _key = new(() => master.Derive("names tried at sign-in", 32));

    /// <summary>The hash.</summary>
    public string HashOf(string name) => Base64Url.EncodeToString(HMACSHA256.HashData(_key.Value, Encoding.UTF8.GetBytes(AccountNames.Normalize(name))));
}
