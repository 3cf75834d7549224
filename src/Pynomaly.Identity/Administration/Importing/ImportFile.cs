using System.Security.Cryptography;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration.Importing;

/// <summary>A file to be imported: on this machine, or sent along.</summary>
public sealed class ImportFile
{
    private readonly byte[]? content;

    private ImportFile(string name, string? path, byte[]? content) => (Name, Path, this.content) = (name, path, content);

    /// <summary>Its name, for messages, and for the table that it holds.</summary>
    public string Name { get; }

    /// <summary>Where it lies; null: it was sent along.</summary>
    public string? Path { get; }

    /// <summary>A file on this machine.</summary>
    /// <exception cref="ConfigurationException">It cannot be read.</exception>
    public static ImportFile At(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return new ImportFile(System.IO.Path.GetFileName(path), System.IO.Path.GetFullPath(path), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The file {path} cannot be read: {e.Message}");
        }
    }

    /// <summary>Content that was sent along.</summary>
    public static ImportFile Of(string name, byte[] content) => new(name, null, content);

    /// <summary>Opens it from its beginning.</summary>
    internal Stream Open() => content is null ? new FileStream(Path!, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16) : new MemoryStream(content, writable: false);

    /// <summary>A hash of the files' names and contents: another content is another import.</summary>
    internal static async Task<string> DigestAsync(IReadOnlyList<ImportFile> files, string options, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(options));
        foreach (var file in files)
        {
            await using var stream = file.Open();
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"\0{file.Name}\0"));
            hash.AppendData(await SHA256.HashDataAsync(stream, cancellationToken));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
