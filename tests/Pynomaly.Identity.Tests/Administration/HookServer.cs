using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>A server that seals when the test says so, and may send to loopback.</summary>
/// <remarks>It waits for an answer as long as any test waits: a try that a starved machine makes five seconds long would count as failed, and its next one waits for a clock that stands still.</remarks>
public abstract class HookServer(string provider) : TestServer(provider)
{
    /// <inheritdoc/>
    protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Identity:Audit:SealInterval", "00:00:00"), new("Identity:Outbound:AllowedHosts", "127.0.0.1")];

    /// <inheritdoc/>
    protected override void Change(IServiceCollection services) => services.AddSingleton(provider => new OutboundHttp(provider.GetRequiredService<ServerOptions>()) { Longest = Until.Patience });
}

/// <summary>The same over SQLite.</summary>
public sealed class SqliteHookServer() : HookServer("Sqlite");

/// <summary>The same over PostgreSQL.</summary>
public sealed class PostgreSqlHookServer() : HookServer("PostgreSql");
