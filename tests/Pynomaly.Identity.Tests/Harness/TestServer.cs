using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Server;
using Pynomaly.Identity.Storage;
using Xunit;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>The real server over a real database of its own, with a clock that the test moves. One a test class and database.</summary>
/// <remarks>The issuer is https://id.test, served in memory. A suite is an abstract class over this one, with a sealed class a database:
/// <c>public sealed class CodeTestsOnSqlite(SqliteServer server) : CodeTests(server), IClassFixture&lt;SqliteServer&gt;;</c></remarks>
public abstract class TestServer(string provider) : IAsyncLifetime
{
    /// <summary>The issuer.</summary>
    public const string Issuer = "https://id.test";

    /// <summary>What a client here waits for an answer: of fifty at once the last comes late on a starved machine.</summary>
    internal static readonly TimeSpan LongestRequest = TimeSpan.FromMinutes(5);

    private readonly string _directory = Directory.CreateTempSubdirectory("pynomaly-test-").FullName;
    private readonly List<Node> _nodes = [];
    private string _connectionString = string.Empty;
    private AuthenticatorApps? _apps;

    /// <summary>The clock of every node.</summary>
    public MovableClock Clock { get; } = new();

    /// <summary>The authenticator apps of the people here.</summary>
    public AuthenticatorApps Apps => _apps ??= new AuthenticatorApps(Clock);

    /// <summary>How many nodes run.</summary>
    public int Nodes => _nodes.Count;

    /// <summary>The first node's services.</summary>
    public IServiceProvider Services => ServicesOf(0);

    /// <summary>A node's services.</summary>
    public IServiceProvider ServicesOf(int node) => _nodes[node].App.Services;

    /// <summary>Everything the server has logged, at Debug: what must never hold a secret.</summary>
    public LogCapture Logs { get; } = new();

    /// <summary>"Sqlite" or "PostgreSql".</summary>
    public string Provider => provider;

    /// <summary>Why the tests of this server must be skipped, or null.</summary>
    public string? WhyUnavailable => provider == "PostgreSql" ? PostgreSqlCluster.WhyUnavailable : null;

    /// <summary>Settings beyond the usual; a suite with special wishes overrides it.</summary>
    protected virtual IEnumerable<KeyValuePair<string, string?>> Settings => [];

    /// <summary>Services in the place of the server's own; a suite with special wishes overrides it.</summary>
    protected virtual void Change(IServiceCollection services)
    {
    }

    /// <summary>The environment that it runs in.</summary>
    protected virtual string EnvironmentName => "Production";

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        if (WhyUnavailable is not null) return;
        _connectionString = await FirstStart.CopyAsync(provider, _directory);
        await StartNodeAsync();
        await TestData.EnterAsync(Services, Clock.GetUtcNow());
        Apps.Scan("bob", TestData.BobKey);
    }

    /// <inheritdoc />
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        var database = _nodes.Count > 0 ? Services.GetRequiredService<Database>() : null;
        foreach (var node in _nodes) await EndAsync(node);
        if (database is not null) Leftovers.ClearPool(database);
        await Leftovers.RemoveAsync(_directory);
    }

    /// <summary>The connection string of its database.</summary>
    public string ConnectionString => _connectionString;

    /// <summary>A browser-like client: keeps cookies, follows nothing. Without an address it comes as from a socket that has none.</summary>
    public Browser Browser(int node = 0, string? address = null) => new(new PatientHandler(Handler(node, address)), this);

    /// <summary>A client without cookies, for machines.</summary>
    public HttpClient Machine(int node = 0, string? address = null) => new(new PatientHandler(Handler(node, address))) { BaseAddress = new Uri(Issuer), Timeout = LongestRequest };

    /// <summary>A browser that does not come again when it is told "later".</summary>
    public Browser ImpatientBrowser(int node = 0) => new(Handler(node, null), this);

    /// <summary>A machine that does not come again when it is told "later".</summary>
    public HttpClient ImpatientMachine(int node = 0) => new(Handler(node, null)) { BaseAddress = new Uri(Issuer), Timeout = LongestRequest };

    /// <summary>Starts another node on the same database and keys; answers its number.</summary>
    public async Task<int> StartNodeAsync()
    {
        if (Settings.Any(setting => setting.Key.StartsWith("Identity:Limits:", StringComparison.Ordinal))) Clock.HoldStamps(); // before anything counts by them
        var app = ServerHost.Build([], builder =>
        {
            builder.Environment.EnvironmentName = EnvironmentName;
            builder.WebHost.UseTestServer();
            builder.Configuration.Sources.Clear();
            builder.Configuration.AddInMemoryCollection(
            [
                new("Identity:Issuer", Issuer),
                new("Identity:Database:Provider", provider),
                new("ConnectionStrings:Identity", _connectionString),
                new("Identity:KeysDirectory", Path.Combine(_directory, "keys")),
                new("Identity:Limits:TokenPerAddress", "0"),
                new("Identity:Limits:FailuresPerAddress", "0"),
                new("Identity:Limits:SignInPerAddress", "0"),
                new("Identity:Limits:SelfServicePerAddress", "0"),
                new("Identity:Limits:IntrospectionPerAddress", "0"),
                new("Identity:Limits:ListsPerAddress", "0"),
                new("Identity:Limits:AuthorizePerAddress", "0"),
                new("Identity:Limits:ApiPerAddress", "0"),
            ]);
            builder.Configuration.AddInMemoryCollection(Settings); // what a suite wishes wins
            builder.Logging.ClearProviders().AddProvider(Logs).SetMinimumLevel(LogLevel.Debug);
            builder.Services.AddSingleton<TimeProvider>(Clock);
            builder.Services.AddSingleton(TestData.Passwords);
            Change(builder.Services);
        });
        await ServerHost.PrepareAsync(app);
        await app.StartAsync();
        _nodes.Add(new Node(app, app.GetTestServer()));
        return _nodes.Count - 1;
    }

    /// <summary>Ends a node and starts another in its place, as an operator's restart does.</summary>
    public async Task RestartAsync()
    {
        await EndAsync(_nodes[0]);
        _nodes.RemoveAt(0);
        var started = await StartNodeAsync();
        (_nodes[0], _nodes[started]) = (_nodes[started], _nodes[0]); // the first node is the one that was restarted, not a second one that follows within a second
    }

    /// <summary>Reaches a node in memory; for those who make clients of their own.</summary>
    public HttpMessageHandler Handler(int node = 0, string? address = null) => _nodes[node].Server.CreateHandler(context =>
    {
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = context.Request.GetEncodedPathAndQuery(); // as the real web server tells it
        if (address is not null) context.Connection.RemoteIpAddress = IPAddress.Parse(address);
    });

    private static async Task EndAsync(Node node)
    {
        await node.App.StopAsync();
        await node.App.DisposeAsync();
    }

    /// <summary>Runs SQL past the server's own code and answers the first column of the first row.</summary>
    public async Task<object?> ScalarAsync(string sql, params object?[] values)
    {
        await using var session = await Services.GetRequiredService<Database>().ReadAsync(CancellationToken.None);
        return await session.FirstAsync(sql, row => row.IsDBNull(0) ? null : row.GetValue(0), CancellationToken.None, values);
    }

    /// <summary>Runs a statement past the server's own code.</summary>
    public Task ExecuteAsync(string sql, params object?[] values) =>
        Services.GetRequiredService<Database>().WriteAsync((session, stop) => session.ExecuteAsync(sql, stop, values), CancellationToken.None);

    private sealed record Node(WebApplication App, Microsoft.AspNetCore.TestHost.TestServer Server);
}

/// <summary>The server over SQLite.</summary>
public sealed class SqliteServer() : TestServer("Sqlite");

/// <summary>The server over PostgreSQL.</summary>
public sealed class PostgreSqlServer() : TestServer("PostgreSql");
