using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Importing;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>What a dry run looked at, carried by the page to the form that goes ahead: just that is imported, any node can do it, and nothing of it is left lying on the server.</summary>
/// <remarks>Encrypted, for hashes of passwords are in it; bound to the operator, and good for an hour.</remarks>
internal sealed class SealedImport(IDataProtectionProvider protection)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Seals it.</summary>
    public string Seal(Operator who, ImportRequest request, IReadOnlyList<(string Name, byte[] Content)> files)
    {
        using var packed = new MemoryStream();
        using (var writer = new BinaryWriter(new GZipStream(packed, CompressionLevel.Fastest)))
        {
            writer.Write(request.Kind);
            writer.Write(request.Roles.Count);
            foreach (var (there, here) in request.Roles)
            {
                writer.Write(there);
                writer.Write(here);
            }

            writer.Write(files.Count);
            foreach (var (name, content) in files)
            {
                writer.Write(name);
                writer.Write(content.Length);
                writer.Write(content);
            }
        }

        return WebEncoders.Base64UrlEncode(ProtectorOf(who).ToTimeLimitedDataProtector().Protect(packed.ToArray(), Lifetime));
    }

    /// <summary>Opens it; null: it is not from this operator's page, or too old.</summary>
    public ImportRequest? Open(Operator who, string sealedText)
    {
        try
        {
            using var reader = new BinaryReader(new GZipStream(new MemoryStream(ProtectorOf(who).ToTimeLimitedDataProtector().Unprotect(WebEncoders.Base64UrlDecode(sealedText))), CompressionMode.Decompress));
            var kind = reader.ReadString();
            var roles = Enumerable.Range(0, reader.ReadInt32()).Select(_ => (reader.ReadString(), reader.ReadString())).ToDictionary(one => one.Item1, one => one.Item2, StringComparer.Ordinal);
            return new ImportRequest { Kind = kind, Roles = roles, Files = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => ImportFile.Of(reader.ReadString(), reader.ReadBytes(reader.ReadInt32()))).ToList()] };
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private IDataProtector ProtectorOf(Operator who) => protection.CreateProtector("Pynomaly.Identity.SealedImport", who.Id);
}
