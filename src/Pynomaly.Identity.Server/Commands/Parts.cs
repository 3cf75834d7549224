using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>Lists that come in parts, as one.</summary>
internal static class Parts
{
    /// <summary>Part after part to the end, none of them kept.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<T>> EachAsync<T>(Func<string?, Task<Page<T>>> read)
    {
        string? after = null;
        do
        {
            var page = await read(after);
            yield return page.Items;
            after = page.Next;
        }
        while (after is not null);
    }

    /// <summary>Reads part after part to the end, or until there are as many as asked for.</summary>
    public static async Task<IReadOnlyList<T>> AllAsync<T>(Func<string?, Task<Page<T>>> read, int most = int.MaxValue)
    {
        List<T> all = [];
        string? after = null;
        do
        {
            var page = await read(after);
            all.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null && all.Count < most);

        return all.Count > most ? all[..most] : all;
    }
}
