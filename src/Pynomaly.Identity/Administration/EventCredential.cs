using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration;

/// <summary>The Authorization header that a receiver of security events wants (RFC 8935 §2): kept encrypted under the master key, since unlike a client's secret it is needed in clear.</summary>
internal static class EventCredential
{
    /// <summary>The most characters that one has.</summary>
    public const int Longest = 2048;

    /// <summary>Whether it can stand in a header: visible ASCII and blanks.</summary>
    public static bool IsWellFormed(string credential) => credential.Length <= Longest && !credential.Any(c => c is < ' ' or > '~');

    /// <summary>For the row; null: there is none.</summary>
    public static string? Store(MasterKey master, string id, string? credential) => string.IsNullOrEmpty(credential) ? null : Convert.ToBase64String(master.Wrap(Encoding.ASCII.GetBytes(credential), Context(id)));

    /// <summary>In clear.</summary>
    /// <exception cref="ConfigurationException">It was written under another master key.</exception>
    public static string Open(MasterKey master, EventReceiver receiver) => Encoding.ASCII.GetString(master.TryUnwrap(Convert.FromBase64String(receiver.Credential!), Context(receiver.Id))
        ?? throw new ConfigurationException($"The credential of event receiver {receiver.Id} cannot be opened by this master key. Give it anew."));

    /// <summary>What tells it from another without telling it. Keyed: whoever reads the database must not try guesses against it, as others choose these.</summary>
    public static string Mark(MasterKey master, string credential) => Base64Url.EncodeToString(HMACSHA256.HashData(master.Derive("mark of event credentials", 32), Encoding.ASCII.GetBytes(credential)));

    /// <summary>The mark of what is stored; null: there is none, or it cannot be opened.</summary>
    public static string? MarkOf(MasterKey master, EventReceiver receiver)
    {
        if (receiver.Credential is null) return null;
        try
        {
            return Mark(master, Open(master, receiver));
        }
        catch (ConfigurationException)
        {
            return null; // what cannot be opened is sent to nobody
        }
    }

    private static string Context(string id) => $"event receiver {id}";
}
