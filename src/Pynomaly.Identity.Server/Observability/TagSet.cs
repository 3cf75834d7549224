namespace Pynomaly.Identity.Server.Observability;

/// <summary>The labels of one series, and how measurements find it without making a string.</summary>
internal static class TagSet
{
    /// <summary>A hash over names and values.</summary>
    public static int Hash(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = new HashCode();
        foreach (var (name, value) in tags)
        {
            hash.Add(name);
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    /// <summary>Whether the labels are these, in this order.</summary>
    public static bool Equal(KeyValuePair<string, object?>[] kept, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (kept.Length != tags.Length) return false;
        for (var i = 0; i < kept.Length; i++)
            if (!string.Equals(kept[i].Key, tags[i].Key, StringComparison.Ordinal) || !Equals(kept[i].Value, tags[i].Value)) return false;
        return true;
    }
}
