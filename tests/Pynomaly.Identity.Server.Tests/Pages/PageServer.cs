using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Server.Tests.Harness;
using Pynomaly.Identity.Server.Tests.Pages;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;
using Xunit;

[assembly: AssemblyFixture(typeof(PageServer))]

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>The real server on a loopback port, one person, some clients, and a headless browser. One for all tests of the pages.</summary>
public class PageServer : IAsyncLifetime
{
    /// <summary>A client that asks the person.</summary>
    public const string Asking = "detectors";

    /// <summary>The operator's own client: no consent.</summary>
    public const string Trusted = "console";

    /// <summary>The person's username.</summary>
    public const string Username = "ada";

    /// <summary>The person's password.</summary>
    public const string Password = "seven green herons wade";

    /// <summary>A role whose people must have a second factor.</summary>
    internal const string Careful = "careful";

    // As bcrypt does, but quickly: what a hash costs is for the tests of passwords.
    private static readonly Passwords Hashing = new(4, least: 4);
    private static readonly Lazy<string> HashOfPassword = new(() => Hashing.Hash(Password));

    private readonly (string Key, string Value)[] _settings = [];
    private readonly string _directory = Directory.CreateTempSubdirectory("pynomaly-pages-").FullName;
    private WebApplication? _app;
    private RelyingParty? _client;
    private Chromium? _browser;

    /// <summary>The one for all tests.</summary>
    public PageServer()
    {
    }

    /// <summary>One of a test's own, with further settings.</summary>
    internal PageServer(params (string Key, string Value)[] settings) => _settings = settings;

    /// <summary>The issuer.</summary>
    public string Issuer { get; } = $"http://localhost:{Ports.Free()}";

    /// <summary>Where the clients' answers go.</summary>
    public string RedirectUri => _client!.RedirectUri;

    /// <summary>Where a client's sign-out goes on to.</summary>
    public string SignedOutUri => _client!.SignedOutUri;

    /// <summary>The server's services.</summary>
    public IServiceProvider Services => _app!.Services;

    /// <summary>The server's own directory.</summary>
    protected string Home => _directory;

    /// <summary>True when there is no browser to test with, and so no server.</summary>
    internal bool IsMissing => _browser is null;

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync()
    {
        if (Chromium.WhyUnavailable is not null) return;
        _client = await RelyingParty.StartAsync();
        _app = ServerHost.Build([], builder =>
        {
            builder.Configuration.Sources.Clear();
            builder.Configuration.AddInMemoryCollection(
            [
                new("urls", Issuer.Replace("localhost", "127.0.0.1", StringComparison.Ordinal)),
                new("Identity:Issuer", Issuer),
                new("ConnectionStrings:Identity", $"Data Source={Path.Combine(_directory, "identity.db")}"),
                new("Identity:KeysDirectory", Path.Combine(_directory, "keys")),
                // All tests come from one address, and nobody knows how many of them in one minute or hour: what is counted by address has tests of its own.
                .. new[] { "SignIn", "Authorize", "SelfService", "Token", "Failures", "Introspection", "Api", "Lists" }.Select(what => new KeyValuePair<string, string?>($"Identity:Limits:{what}PerAddress", "0")),
                new("Identity:Abuse:AccountsPerSource", "100000"),
                .. _settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)),
            ]);
            builder.Environment.EnvironmentName = _settings.FirstOrDefault(setting => setting.Key == "environment").Value ?? builder.Environment.EnvironmentName;
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton(Hashing);
            builder.Services.AddSingleton<IStartupFilter, WhenFresh>();
            Configure(builder);
        });
        await ServerHost.PrepareAsync(_app);
        await EnterAsync();
        await _app.StartAsync();
        _browser = await Chromium.StartAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        if (_app is not null)
        {
            await _app.StopAsync(); // what runs beside the requests has ended before its files go
            await _app.DisposeAsync();
        }

        if (_client is not null) await _client.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A browser of its own, with nothing remembered. What the policy blocks and what the script throws is collected.</summary>
    public async Task<PageVisit> OpenAsync(string path, BrowserNewContextOptions? options = null)
    {
        Assert.SkipWhen(_browser is null, $"{Chromium.WhyUnavailable}. On Debian: apt-get install chromium");
        options ??= new BrowserNewContextOptions();
        options.BaseURL = Issuer;
        options.ReducedMotion ??= ReducedMotion.Reduce; // what moves is not yet where it will be
        var context = await _browser.Browser.NewContextAsync(options);
        context.SetDefaultTimeout(90_000); // a starved machine is slow, not wrong
        var visit = new PageVisit(this, await context.NewPageAsync());
        await visit.GoAsync(path);
        return visit;
    }

    /// <summary>An authorization request of a client.</summary>
    public string Authorize(string client, string more = "") =>
        $"/connect/authorize?client_id={client}&response_type=code&redirect_uri={Uri.EscapeDataString(RedirectUri)}&scope=openid%20profile%20email%20pynomaly_api"
        + $"&state=s1&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256{more}";

    /// <summary>A person of one test's own, with everybody's password; with an authenticator app, or in a role, as asked for.</summary>
    internal Task<PagePerson> AddPersonAsync(WithApp app = WithApp.No, params string[] roles) => AddPersonAsync(NewName(), app, roles);

    /// <summary>Several people whom one search finds, and nobody else: every list holds whom all the other tests made.</summary>
    internal async Task<(string Search, PagePerson[] People)> AddPeopleAsync(int count)
    {
        var common = NewName();
        var people = new PagePerson[count];
        for (var i = 0; i < count; i++) people[i] = await AddPersonAsync($"{common}-{i + 1}", WithApp.No);
        return (common, people);
    }

    private async Task<PagePerson> AddPersonAsync(string name, WithApp app, params string[] roles)
    {
        var now = Services.GetRequiredService<TimeProvider>().GetUtcNow();
        await using var context = Services.GetRequiredService<ContextFactory>().CreateDbContext();
        var user = Person(name, now);
        context.Users.Add(user);
        foreach (var role in roles) context.UserRoles.Add(new() { UserId = user.Id, RoleId = context.Roles.Single(one => one.Name == role).Id });
        var person = new PagePerson(user.Id, name) { Clock = Services.GetRequiredService<TimeProvider>() };
        if (app == WithApp.Yes) context.Authenticators.Add(Services.GetRequiredService<TotpSeeds>().Create(user.Id, "Phone", person.Seed, now));
        await context.SaveChangesAsync();
        return person;
    }

    /// <summary>Moves the person's sign-ins into the past, as if that long had gone by since.</summary>
    internal async Task AgeSessionsAsync(PagePerson person, TimeSpan by) => Assert.NotEqual(0, await Services.GetRequiredService<Database>().WriteAsync(
        (sql, stop) => sql.ExecuteAsync("UPDATE sessions SET auth_time = auth_time - $1 WHERE user_id = $2", stop, (long)by.TotalMilliseconds, person.Id), TestContext.Current.CancellationToken));

    /// <summary>Makes the person's sign-ins fresh again: who signed in once for many tests must not depend on how long these take.</summary>
    internal async Task FreshenSessionsAsync(PagePerson person) => await Services.GetRequiredService<Database>().WriteAsync(
        (sql, stop) => sql.ExecuteAsync("UPDATE sessions SET auth_time = $1 WHERE user_id = $2", stop, Services.GetRequiredService<TimeProvider>().GetUtcNow(), person.Id), TestContext.Current.CancellationToken);

    /// <summary>What a server with more to offer sets beside.</summary>
    protected virtual void Configure(WebApplicationBuilder builder)
    {
    }

    private static string NewName() => $"p{Guid.NewGuid():N}"[..12];

    private static User Person(string name, DateTimeOffset now) => new()
    {
        Id = Guid.NewGuid().ToString("N"), UserName = name, NormalizedUserName = AccountNames.Normalize(name), Email = $"{name}@example.org", NormalizedEmail = AccountNames.Normalize($"{name}@example.org"),
        EmailConfirmed = true, PasswordHash = HashOfPassword.Value, SecurityStamp = Guid.NewGuid().ToString(), Created = now, Updated = now,
    };

    private async Task EnterAsync()
    {
        var now = Services.GetRequiredService<TimeProvider>().GetUtcNow();
        await using var context = Services.GetRequiredService<ContextFactory>().CreateDbContext();
        if (!context.Scopes.Any(scope => scope.Name == "pynomaly_api"))
            context.Scopes.Add(new Scope { Name = "pynomaly_api", DisplayName = "Work with detectors and datasets", Description = "As far as you may yourself.", Resources = ["https://api.test"] });
        context.Applications.AddRange(Client(Asking, "Detectors", "explicit"), Client(Trusted, "Console", "implicit"));
        context.Roles.Add(new Role { Name = Careful, NormalizedName = "CAREFUL", RequireSecondFactor = true });
        var ada = Person(Username, now);
        ada.Profile = new UserProfile { Name = "Ada Lovelace" };
        context.Users.Add(ada);
        await context.SaveChangesAsync();
        Services.GetRequiredService<ChangeFeed>().Look();

        Application Client(string id, string name, string consent) => new()
        {
            ClientId = id, Created = now, Updated = now,
            Metadata = new ClientMetadata
            {
                ClientName = name, Consent = consent, RedirectUris = [RedirectUri], PostLogoutRedirectUris = [SignedOutUri], TokenEndpointAuthMethod = "none",
                Scope = "openid profile email offline_access pynomaly_api", PolicyUri = "https://detectors.example/privacy", TosUri = "https://detectors.example/terms", AccentColor = "#0f766e", LogoUri = "https://127.0.0.1:1/logo.png",
            },
        };
    }
}
