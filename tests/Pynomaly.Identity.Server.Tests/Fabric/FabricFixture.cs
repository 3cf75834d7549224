using System.Net;
using Pynomaly.Identity.Server.Tests.Faults;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Fabric;

/// <summary>Two server nodes on one PostgreSQL and two APIs on our package, one at each node: four processes, one issuer.</summary>
public sealed class FabricFixture : IAsyncLifetime
{
    private KilledServer[] _nodes = [];
    private FollowingApi[] _apis = [];

    internal IReadOnlyList<KilledServer> Nodes => _nodes;

    internal IReadOnlyList<FollowingApi> Apis => _apis;

    public async ValueTask InitializeAsync()
    {
        if (PostgreSqlCluster.WhyUnavailable is not null) return; // the tests say so
        var first = new KilledServer(await PostgreSqlCluster.CreateDatabaseAsync()) { SigningKeyLead = TimeSpan.FromSeconds(2) };
        _nodes = [first, new KilledServer(first)];
        foreach (var node in _nodes) await node.StartAsync(); // in turn: the first makes the tables
        await first.SignInAsync();
        _apis = await Task.WhenAll(_nodes.Select(node => FollowingApi.StartAsync(node)));
        var token = await first.ServiceTokenAsync();
        foreach (var api in _apis) await api.EventuallyAsync(token, HttpStatusCode.OK); // it has read the list once
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var api in _apis) await api.DisposeAsync();
        foreach (var node in _nodes.Reverse()) node.Dispose(); // the first one's directory is everybody's
    }
}
