namespace Pynomaly.Identity.UI.Assets;

/// <summary>One file of the pages: its bytes, plain and compressed, and the version that its address carries.</summary>
internal sealed record Asset
{
    /// <summary>Path below wwwroot, for example "css/base.css".</summary>
    public required string Path { get; init; }

    /// <summary>Media type.</summary>
    public required string ContentType { get; init; }

    /// <summary>The start of the content's SHA-256, in hex: new content, new address.</summary>
    public required string Version { get; init; }

    /// <summary>The file.</summary>
    public required byte[] Content { get; init; }

    /// <summary>The file, compressed with Brotli.</summary>
    public required byte[] Compressed { get; init; }

    /// <summary>Where browsers fetch it.</summary>
    public string Url => $"/assets/{Version}/{Path}";
}
