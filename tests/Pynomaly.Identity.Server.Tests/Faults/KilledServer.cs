using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Pynomaly.Identity.Server.Tests.Harness;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Faults;

/// <summary>The server as a process over SQLite, killed and started again on the same files; and the requests of its clients.</summary>
internal sealed class KilledServer : IDisposable
{
    private const string Callback = "https://c.test/cb";
    private const string Scope = "offline_access pynomaly_api";
    private readonly string _directory;
    private readonly string _secret;
    private readonly string? _postgres;
    private readonly KilledServer? _first;
    private readonly string _password = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(18));
    private readonly int _port = Ports.Free();
    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _http;
    private ChildProcess? _process;
    private string _said = string.Empty;
    private string _verifier = string.Empty;

    public KilledServer() : this(null, null) { }

    /// <summary>Another node beside a first one, on its database and keys.</summary>
    public KilledServer(KilledServer first) : this(first._postgres, first) { }

    /// <summary>Over PostgreSQL.</summary>
    public KilledServer(string? postgres) : this(postgres, null) { }

    private KilledServer(string? postgres, KilledServer? first)
    {
        (_postgres, _first) = (postgres, first);
        _directory = first?._directory ?? Directory.CreateTempSubdirectory("pynomaly-kill-").FullName;
        _secret = first?._secret ?? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies };
        _http = new HttpClient(new PatientHandler(handler)) { BaseAddress = new Uri($"http://localhost:{_port}"), Timeout = Until.Patience };
        _http.DefaultRequestHeaders.Host = new Uri(Issuer).Authority;
        if (first is not null) return;
        File.WriteAllText(Path.Combine(_directory, "apply.json"), JsonSerializer.Serialize(new
        {
            applications = new object[]
            {
                new { client_id = "web", client_secret = "env:KILL_SECRET", redirect_uris = new[] { Callback }, grant_types = new[] { "authorization_code", "refresh_token" }, scope = $"openid {Scope}", consent = "implicit" },
                new { client_id = "listed", client_secret = "env:KILL_SECRET", grant_types = new[] { "client_credentials" }, scope = "pynomaly_api", permissions = new[] { "read:*" }, status_list = true },
                new { client_id = "svc", client_secret = "env:KILL_SECRET", grant_types = new[] { "client_credentials" }, scope = "pynomaly_api", permissions = new[] { "read:*" }, access_token_lifetime = 3600 }, // no test is so slow
            },
            users = new object[] { new { username = "ada", email = "ada@example.org", email_verified = true, password = "env:KILL_PASSWORD", roles = new[] { "viewer" } } },
        }));
    }

    /// <summary>A client without credentials.</summary>
    public HttpClient Http => _http;

    public string Issuer => _first?.Issuer ?? $"http://localhost:{_port}";

    /// <summary>Where it listens, which for another node is not where its issuer is.</summary>
    public int Port => _port;

    /// <summary>What it said in all its lives.</summary>
    public string Output => _said + _process?.Output;

    /// <summary>How long its new signing keys are published before they sign.</summary>
    public TimeSpan SigningKeyLead { get; init; } = TimeSpan.FromHours(24);

    public async Task StartAsync() => _process = await ChildProcess.StartAsync(Checkout.Program("src/Pynomaly.Identity.Server"), new Uri($"http://localhost:{_port}/health/ready"), Settings(),
        "serve", "--apply", Path.Combine(_directory, "apply.json"), "--urls", $"http://localhost:{_port}");

    /// <summary>Runs a command on the same database; answers its exit code and what it said.</summary>
    public async Task<(int Code, string Text)> CommandAsync(params string[] arguments)
    {
        var result = await Command.RunAsync(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Checkout.Program("src/Pynomaly.Identity.Server"), .. arguments], environment: Settings());
        return (result.ExitCode, result.Output + result.Error);
    }

    /// <summary>Begins a command on the same database, to be killed.</summary>
    public Process Begin(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Checkout.Program("src/Pynomaly.Identity.Server"), .. arguments]) { WorkingDirectory = _directory };
        foreach (var (name, value) in Settings()) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>A file in its directory.</summary>
    public string PathOf(string name) => Path.Combine(_directory, name);

    /// <summary>A number out of its database; null while there is none, or no such table yet.</summary>
    public async Task<long?> NumberAsync(string sql)
    {
        try
        {
            await using var connection = new SqliteConnection($"Data Source={PathOf("identity.db")};Pooling=False;Mode=ReadOnly");
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            return await command.ExecuteScalarAsync() as long?;
        }
        catch (SqliteException)
        {
            return null;
        }
    }

    /// <summary>Runs a statement on its database, past the server's own code.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={PathOf("identity.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The entries that a webhook made before all of them has to be told of.</summary>
    public async Task<HashSet<long>> SequencesAfterWebhookAsync() =>
        [.. await ListAsync("SELECT sequence FROM audit_events WHERE sequence >= (SELECT sequence FROM audit_events WHERE name = 'WebhookCreated')", row => row.GetInt64(0))];

    /// <summary>The ids of all security events, in their order.</summary>
    public Task<List<string>> EventIdsAsync() => ListAsync("SELECT id FROM security_events ORDER BY sequence", row => row.GetString(0));

    /// <summary>Alters an entry by hand; answers what audit verify says of it.</summary>
    public async Task<int> BreakAsync()
    {
        await ExecuteAsync("UPDATE audit_events SET actor = 'nobody' WHERE name = 'WebhookCreated'");
        return (await CommandAsync("audit", "verify")).Code;
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process) return;
        _process = null;
        await process.DisposeAsync();
        _said += process.Output;
    }

    public async Task SignInAsync()
    {
        var page = await FollowAsync(await _http.GetAsync(AuthorizeUrl()));
        var html = await page.Content.ReadAsStringAsync();
        Dictionary<string, string> form = [];
        foreach (Match input in Regex.Matches(html, "<input[^>]*>"))
        {
            string? Of(string name) => Regex.Match(input.Value, $@"\s{name}=""([^""]*)""") is { Success: true } found ? WebUtility.HtmlDecode(found.Groups[1].Value) : null;
            if (Of("name") is not { } field) continue;
            form[field] = Of("id") switch { "username" => "ada", "password" => _password, _ => Of("value") ?? "" };
        }

        var answer = await FollowAsync(await _http.PostAsync(page.RequestMessage!.RequestUri, new FormUrlEncodedContent(form)));
        Assert.StartsWith(Callback, answer.Headers.Location?.ToString(), StringComparison.Ordinal);
    }

    public async Task<string> BeginAsync() => (await CodeAndTokensAsync()).RefreshToken;

    public async Task<(string Code, string RefreshToken)> CodeAndTokensAsync()
    {
        var answer = await FollowAsync(await _http.GetAsync(AuthorizeUrl()));
        var code = Regex.Match(answer.Headers.Location?.Query ?? "", "[?&]code=([^&]+)").Groups[1].Value;
        Assert.NotEmpty(code);
        var tokens = await PostAsync("web", "/connect/token", Redemption(code));
        Assert.Equal(HttpStatusCode.OK, tokens.StatusCode);
        return (code, JsonElement.Parse(await tokens.Content.ReadAsStringAsync()).GetProperty("refresh_token").GetString()!);
    }

    public async Task<HttpStatusCode> RedeemAgainAsync(string code) => (await PostAsync("web", "/connect/token", Redemption(code))).StatusCode;

    /// <summary>The next refresh token; null when the server refuses.</summary>
    public async Task<string?> RefreshAsync(string token)
    {
        var answer = await PostAsync("web", "/connect/token", ("grant_type", "refresh_token"), ("refresh_token", token));
        if (answer.StatusCode == HttpStatusCode.BadRequest) return null;
        answer.EnsureSuccessStatusCode();
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("refresh_token").GetString();
    }

    public async Task<string> ServiceTokenAsync(string client = "svc")
    {
        var answer = await PostAsync(client, "/connect/token", ("grant_type", "client_credentials"));
        answer.EnsureSuccessStatusCode();
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("access_token").GetString()!;
    }

    /// <summary>An access token of the person who signed in, for userinfo and the API.</summary>
    public async Task<string> PersonTokenAsync()
    {
        var answer = await FollowAsync(await _http.GetAsync(AuthorizeUrl($"openid {Scope}")));
        var code = Regex.Match(answer.Headers.Location?.Query ?? "", "[?&]code=([^&]+)").Groups[1].Value;
        using var tokens = await PostAsync("web", "/connect/token", Redemption(code));
        tokens.EnsureSuccessStatusCode();
        return JsonElement.Parse(await tokens.Content.ReadAsStringAsync()).GetProperty("access_token").GetString()!;
    }

    /// <summary>What userinfo answers to the token.</summary>
    public async Task<HttpStatusCode> UserInfoAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var answer = await _http.SendAsync(request);
        return answer.StatusCode;
    }

    public async Task<HttpStatusCode> RevokeRefreshTokenAsync(string token) => (await PostAsync("web", "/connect/revoke", ("token", token))).StatusCode;

    public async Task<HttpStatusCode> RevokeAsync(string token, string client = "svc") => (await PostAsync(client, "/connect/revoke", ("token", token))).StatusCode;

    public async Task<bool> IsActiveAsync(string token) =>
        JsonElement.Parse(await (await PostAsync("svc", "/connect/introspect", ("token", token))).Content.ReadAsStringAsync()).GetProperty("active").GetBoolean();

    public async Task<string?> IntegrityAsync()
    {
        await KillAsync();
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_directory, "identity.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        return (string?)await command.ExecuteScalarAsync();
    }

    public void Dispose()
    {
        _http.Dispose();
        KillAsync().GetAwaiter().GetResult();
        if (_first is null) Directory.Delete(_directory, recursive: true);
    }

    private async Task<List<T>> ListAsync<T>(string sql, Func<SqliteDataReader, T> map)
    {
        await using var connection = new SqliteConnection($"Data Source={PathOf("identity.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var rows = await command.ExecuteReaderAsync();
        List<T> found = [];
        while (await rows.ReadAsync()) found.Add(map(rows));
        return found;
    }

    private Dictionary<string, string> Settings() => new()
    {
        ["Identity__Issuer"] = Issuer,
        ["Identity__Database__Provider"] = _postgres is null ? "Sqlite" : "PostgreSql",
        ["ConnectionStrings__Identity"] = _postgres ?? $"Data Source={Path.Combine(_directory, "identity.db")}",
        ["Identity__KeysDirectory"] = Path.Combine(_directory, "keys"),
        ["Identity__Passwords__BcryptCost"] = "10",
        ["Identity__Outbound__AllowedHosts"] = "127.0.0.1",
        ["Identity__Lifetimes__RefreshRetry"] = "00:02:00",
        ["Identity__Lifetimes__SigningKeyLead"] = (_first ?? this).SigningKeyLead.ToString("c"),
        ["Identity__Limits__TokenPerAddress"] = "0",
        ["Identity__Limits__AuthorizePerAddress"] = "0",
        ["Identity__Limits__IntrospectionPerAddress"] = "0",
        ["Identity__Limits__ListsPerAddress"] = "0",
        ["Identity__Limits__FailuresPerAddress"] = "0",
        ["KILL_SECRET"] = _secret,
        ["KILL_PASSWORD"] = _first?._password ?? _password,
    };

    private (string, string)[] Redemption(string code) => [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Callback), ("code_verifier", _verifier)];

    private string AuthorizeUrl(string scope = Scope)
    {
        if (_verifier.Length == 0) _verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(_verifier)));
        return $"/connect/authorize?client_id=web&response_type=code&redirect_uri={Uri.EscapeDataString(Callback)}&scope={Uri.EscapeDataString(scope)}&code_challenge={challenge}&code_challenge_method=S256";
    }

    private async Task<HttpResponseMessage> FollowAsync(HttpResponseMessage response)
    {
        for (var hop = 0; hop < 6 && response.Headers.Location is { } location && !location.ToString().StartsWith(Callback, StringComparison.Ordinal); hop++)
            response = await _http.GetAsync(new Uri(_http.BaseAddress!, location));
        return response;
    }

    private async Task<HttpResponseMessage> PostAsync(string client, string path, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client}:{_secret}")));
        request.Content = new FormUrlEncodedContent(fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value)));
        return await _http.SendAsync(request);
    }
}
