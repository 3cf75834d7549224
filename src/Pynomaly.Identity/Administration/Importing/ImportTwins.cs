using System.Security.Cryptography;
using System.Text;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration.Importing;

/// <summary>Records that stand in a source twice.</summary>
internal static class ImportTwins
{
    /// <summary>Whether it, or a name of it, came before. Names and addresses share one space, as people sign in by either. Hashes, so that a million of them fit.</summary>
    public static bool IsTwice(ImportedRecord record, HashSet<UInt128> seen)
    {
        List<string> keys = record switch
        {
            ImportedPerson { Email: { } email } person => [$"p{AccountNames.Normalize(person.UserName)}", $"p{AccountNames.Normalize(email)}"],
            ImportedPerson person => [$"p{AccountNames.Normalize(person.UserName)}"],
            ImportedClient client => [$"c{client.ClientId}"],
            _ => [],
        };
        var isTwice = false;
        foreach (var key in keys.Distinct()) isTwice |= !seen.Add(new UInt128(Half(key, 0), Half(key, 8)));
        return isTwice;

        static ulong Half(string key, int from) => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(key)), from);
    }
}
