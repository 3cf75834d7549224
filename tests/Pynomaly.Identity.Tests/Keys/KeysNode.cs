using Microsoft.Extensions.Logging.Abstractions;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;

namespace Pynomaly.Identity.Tests.Keys;

/// <summary>The Keys room of one node, put together as the server does it.</summary>
internal sealed class KeysNode : IAsyncDisposable
{
    private readonly Database _database;

    public KeysNode(TestDatabase database, MovableClock? clock = null, Func<ServerOptions, ServerOptions>? settings = null)
    {
        Options = settings is null ? database.Options : settings(database.Options);
        Clock = clock ?? new MovableClock();
        _database = new Database(Options);
        Feed = new ChangeFeed(_database, NullLogger<ChangeFeed>.Instance);
        var audit = new AuditTrail(_database, Clock, NullLogger<AuditTrail>.Instance);
        Master = new MasterKey(Options, _database, audit, NullLogger<MasterKey>.Instance);
        Ring = new KeyRing(_database, Master, Options, Clock, Feed, audit, NullLogger<KeyRing>.Instance);
        Rotation = new KeyRotation(_database, Master, Ring, Feed, audit, Options, Clock, NullLogger<KeyRotation>.Instance);
    }

    public ServerOptions Options { get; }

    public MovableClock Clock { get; }

    public ChangeFeed Feed { get; }

    public MasterKey Master { get; }

    public KeyRing Ring { get; }

    public KeyRotation Rotation { get; }

    public string MasterFile => Path.Combine(Options.KeysDirectory, "master.key");

    public static async Task<KeysNode> StartAsync(TestDatabase database, MovableClock? clock = null, Func<ServerOptions, ServerOptions>? settings = null)
    {
        var node = new KeysNode(database, clock, settings);
        await node.Ring.PrepareAsync(CancellationToken.None);
        node.Clock.Move(TimeSpan.FromSeconds(1)); // what is done next is done later than the first keys were made
        return node;
    }

    /// <summary>Hears now what other nodes did, instead of a quarter of a second later.</summary>
    public void Listen() => Feed.Look();

    public async ValueTask DisposeAsync()
    {
        Feed.Dispose();
        Rotation.Dispose();
        await _database.DisposeAsync();
    }
}
