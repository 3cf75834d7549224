#if !RESOURCE_SERVER
namespace Pynomaly.Identity.Model;
#else
namespace Pynomaly.Identity.ResourceServer;
#endif

/// <summary>The pattern language of roles: an exact permission, "read:*" (that verb, any resource), "*:detectors" (any verb, that resource), "*:*".</summary>
/// <remarks>A wildcard stands for one whole segment and never crosses it; comparison is ordinal.</remarks>
#if !RESOURCE_SERVER
public static class PermissionPattern
#else
internal static class PermissionPattern
#endif
{
    /// <summary>Whether the pattern grants the permission. Malformed patterns grant nothing.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> permission)
    {
        if (!IsWellFormed(pattern) || !IsWellFormed(permission)) return false;
        var (patternColon, permissionColon) = (pattern.IndexOf(':'), permission.IndexOf(':'));
        return SegmentMatches(pattern[..patternColon], permission[..permissionColon])
            && SegmentMatches(pattern[(patternColon + 1)..], permission[(permissionColon + 1)..]);
    }

    /// <summary>Whether any of the patterns grants the permission.</summary>
    public static bool AnyMatches(IEnumerable<string> patterns, string permission)
    {
        foreach (var pattern in patterns)
            if (Matches(pattern, permission)) return true;
        return false;
    }

    /// <summary>Whether the wider pattern grants all that the other one does, now and later.</summary>
    public static bool Covers(ReadOnlySpan<char> wider, ReadOnlySpan<char> pattern)
    {
        if (!IsWellFormed(wider) || !IsWellFormed(pattern)) return false;
        var (widerColon, colon) = (wider.IndexOf(':'), pattern.IndexOf(':'));
        return SegmentMatches(wider[..widerColon], pattern[..colon]) && SegmentMatches(wider[(widerColon + 1)..], pattern[(colon + 1)..]);
    }

    /// <summary>Whether the text is "segment:segment", where a segment is "*" or of letters, digits, "_", "-" and ".".</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> pattern)
    {
        var colon = pattern.IndexOf(':');
        return colon > 0 && pattern.Length <= 128 && IsSegment(pattern[..colon]) && IsSegment(pattern[(colon + 1)..]);
    }

    /// <summary>Whether the text is a permission: well-formed and without a wildcard.</summary>
    public static bool IsExact(ReadOnlySpan<char> permission) => IsWellFormed(permission) && !permission.Contains('*');

    private static bool SegmentMatches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> segment) => pattern is "*" || pattern.SequenceEqual(segment);

    private static bool IsSegment(ReadOnlySpan<char> segment)
    {
        if (segment is "*") return true;
        if (segment.IsEmpty || segment is "." or "..") return false; // dot segments are no names in a path (RFC 3986 §6.2.2.3)
        foreach (var c in segment)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.')) return false;
        return true;
    }
}
