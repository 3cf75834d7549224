using System.Collections.Frozen;
using System.Text.Json;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Clients;

/// <summary>The web origins of browser-only applications: those of the redirect URIs of enabled public clients. Their scripts may read what the endpoints say that such a client calls.</summary>
/// <remarks>RFC 6454 for what an origin is. Read anew when any application changed, so at most a second old.</remarks>
public sealed class BrowserOrigins
{
    private readonly Database _database;
    private Loaded? _loaded;
    private long _changes;

    /// <summary>Listens to the feed.</summary>
    public BrowserOrigins(Database database, ChangeFeed feed)
    {
        _database = database;
        feed.Changed += () => Interlocked.Increment(ref _changes);
    }

    /// <summary>Whether the value of an Origin header is one of them, to the letter: a browser writes an origin in one way only.</summary>
    public async ValueTask<bool> ContainAsync(string origin)
    {
        var changes = Interlocked.Read(ref _changes);
        var loaded = Volatile.Read(ref _loaded);
        if (loaded is null || loaded.Changes != changes || loaded.Origins is { IsCompleted: true, IsCompletedSuccessfully: false })
        {
            loaded = new Loaded(changes, LoadAsync());
            Volatile.Write(ref _loaded, loaded);
        }

        return (await loaded.Origins).Contains(origin);
    }

    /// <summary>The origin of an address as browsers write it; null when no page can be there.</summary>
    internal static string? Of(string uri) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && parsed.Scheme is "https" or "http" ? parsed.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : null;

    private async Task<FrozenSet<string>> LoadAsync()
    {
        await using var session = await _database.ReadAsync(CancellationToken.None);
        var clients = await session.ListAsync("SELECT metadata FROM applications WHERE is_enabled",
            row => JsonSerializer.Deserialize(row.GetString(0), StorageJson.Default.ClientMetadata)!, CancellationToken.None);
        return clients.Where(client => client.TokenEndpointAuthMethod == ClientAuthenticationMethods.None)
            .SelectMany(client => client.RedirectUris).Select(Of).OfType<string>().ToFrozenSet(StringComparer.Ordinal);
    }

    private sealed record Loaded(long Changes, Task<FrozenSet<string>> Origins);
}
