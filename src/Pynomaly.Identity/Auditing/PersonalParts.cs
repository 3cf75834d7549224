using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Pynomaly.Identity.Auditing;

/// <summary>Address and detail of an entry, as the chain joins them: by a digest under random bits each. Whoever erases one with its bits breaks no link, and nobody finds it again by trying.</summary>
/// <remarks>Both columns hold two parts with a dot between: of the address, of the detail. A part is empty where there is none.</remarks>
internal static class PersonalParts
{
    /// <summary>Erases both parts of a row (GDPR Article 17).</summary>
    public const string EraseSql = "address = NULL, detail = NULL, salt = NULL";

    /// <summary>Erases the address alone; what else is worth knowing stays, and stays proven.</summary>
    public const string EraseAddressSql = "address = NULL, salt = CASE WHEN address IS NULL THEN salt ELSE substr(salt, 23) END";

    private const int SaltBytes = 16; // 22 characters: EraseAddressSql counts on it

    /// <summary>Salt and digest of a new entry; null when there is nothing personal in it.</summary>
    public static (string? Salt, string? Digest) Of(string? address, string? detail)
    {
        if (address is null && detail is null) return (null, null);
        var (addressSalt, detailSalt) = (address is null ? "" : NewSalt(), detail is null ? "" : NewSalt());
        return ($"{addressSalt}.{detailSalt}", $"{Digest(addressSalt, address)}.{Digest(detailSalt, detail)}");
    }

    /// <summary>How the parts stand to their digest.</summary>
    public static PersonalState Check(string? address, string? detail, string? salt, string? digest)
    {
        var (addressSalt, detailSalt) = Split(salt);
        var (addressDigest, detailDigest) = Split(digest);
        var (first, second) = (Check(address, addressSalt, addressDigest), Check(detail, detailSalt, detailDigest));
        if (first is null || second is null) return PersonalState.Altered;
        return (first.Value, second.Value) switch
        {
            (false, false) => PersonalState.Whole,
            (true, false) => PersonalState.AddressErased,
            _ => PersonalState.Erased,
        };
    }

    // True: erased. Null: it is not what was entered.
    private static bool? Check(string? value, string salt, string digest) =>
        value is null ? salt.Length > 0 ? null : digest.Length > 0 : salt.Length > 0 && digest == Digest(salt, value) ? false : null;

    private static (string First, string Second) Split(string? text)
    {
        if (text is null) return ("", "");
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? (text, "") : (text[..dot], text[(dot + 1)..]);
    }

    private static string Digest(string salt, string? value) => value is null ? "" : Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(salt + value)));

    private static string NewSalt() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SaltBytes));
}
