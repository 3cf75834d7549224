using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Pynomaly.Identity.UI.Assets;

/// <summary>The style sheets, script and drawings of the pages, held in memory and served under addresses that change with their content.</summary>
public sealed class AssetCatalogue
{
    private const string Prefix = "wwwroot/";
    private const string Forever = "public, max-age=31536000, immutable";

    private readonly Lazy<FrozenDictionary<string, Asset>> _assets = new(Load);

    /// <summary>The address of an asset.</summary>
    public string Url(string path) => _assets.Value[path].Url;

    /// <summary>Answers a request for an asset. The address of today's content may be kept for a year, any other not at all.</summary>
    public async Task ServeAsync(HttpContext context, string version, string path)
    {
        var response = context.Response;
        if (!_assets.Value.TryGetValue(path, out var asset))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        // During a rolling upgrade another node's page may name another version: today's file is better than none.
        var isCurrent = asset.Version == version;
        response.Headers.CacheControl = isCurrent ? Forever : "no-cache";
        response.Headers.Vary = "Accept-Encoding";
        response.Headers.XContentTypeOptions = "nosniff";
        response.ContentType = asset.ContentType;

        var compress = context.Request.Headers.AcceptEncoding.Any(accepted => accepted?.Split(',', StringSplitOptions.TrimEntries).Contains("br") == true);
        if (compress) response.Headers.ContentEncoding = "br";
        var content = compress ? asset.Compressed : asset.Content;
        response.ContentLength = content.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await response.Body.WriteAsync(content, context.RequestAborted);
    }

    /// <summary>Answers a request for a client's accent: what stands in the address is all it is made of, so it never changes.</summary>
    public static Task ServeAccentAsync(HttpContext context, string colour)
    {
        var response = context.Response;
        if (Accent.StyleSheet(colour) is not { } sheet)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        response.Headers.CacheControl = Forever;
        response.Headers.XContentTypeOptions = "nosniff";
        response.ContentType = "text/css; charset=utf-8";
        return response.WriteAsync(sheet, context.RequestAborted);
    }

    private static FrozenDictionary<string, Asset> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => Read(assembly, name))
            .ToFrozenDictionary(asset => asset.Path, StringComparer.Ordinal);
    }

    private static Asset Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);

        var compressed = new byte[BrotliEncoder.GetMaxCompressedLength(content.Length)];
        _ = BrotliEncoder.TryCompress(content, compressed, out var length, quality: 9, window: 18);

        return new Asset
        {
            Path = name[Prefix.Length..].Replace('\\', '/'),
            ContentType = Path.GetExtension(name) switch
            {
                ".css" => "text/css; charset=utf-8",
                ".js" => "text/javascript; charset=utf-8",
                ".svg" => "image/svg+xml",
                _ => "text/plain; charset=utf-8",
            },
            Version = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 6)),
            Content = content,
            Compressed = compressed[..length],
        };
    }
}
