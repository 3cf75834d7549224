using System.Text;

namespace Pynomaly.Identity.Administration;

/// <summary>A secret as a configuration file names it: itself, "env:NAME" or "file:PATH".</summary>
internal static class SecretReference
{
    /// <summary>The secret. A path is relative to the configuration file's directory.</summary>
    public static string Resolve(FileNode node)
    {
        var text = node.Text();
        if (!node.Source.IsHere && (text.StartsWith("env:", StringComparison.Ordinal) || text.StartsWith("file:", StringComparison.Ordinal)))
            throw node.Wrong("env: and file: are followed where a file is read, and this one came over the network. The command line follows them before it sends; otherwise write the secret itself");
        if (text.StartsWith("env:", StringComparison.Ordinal))
        {
            var name = text[4..];
            return Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : throw node.Wrong($"the environment variable {name} is not set");
        }

        if (!text.StartsWith("file:", StringComparison.Ordinal)) return text;
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(node.Source.Name)) ?? "", text[5..]);
        try
        {
            var value = File.ReadAllText(path, Encoding.UTF8).TrimEnd('\r', '\n');
            return value.Length > 0 ? value : throw node.Wrong($"the file {path} is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw node.Wrong($"the file {path} cannot be read");
        }
    }
}
