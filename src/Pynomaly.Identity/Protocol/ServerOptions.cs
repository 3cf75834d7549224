using Microsoft.Extensions.Configuration;

namespace Pynomaly.Identity.Protocol;

/// <summary>Every setting of the server, read once at start. A key that is unknown or a value that makes no sense stops the start.</summary>
/// <remarks>Keys stand under "Identity:" as named here; the connection string is "ConnectionStrings:Identity".</remarks>
public sealed record ServerOptions
{
    /// <summary>The issuer: the server's own address as everybody knows it. Never taken from a request's Host header.</summary>
    /// <value>https, without query and fragment; http only for a loopback host (OpenID Connect Discovery §3, RFC 8414 §2).</value>
    public required string Issuer { get; init; }

    /// <summary>"Sqlite" (default) or "PostgreSql".</summary>
    public required string DatabaseProvider { get; init; }

    /// <summary>The connection string of the database.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>True when the start applies pending migrations by itself (default); false leaves that to the command "migrate".</summary>
    public bool MigrateAtStart { get; init; } = true;

    /// <summary>The directory of the master key and the Data Protection key ring. Default: "keys" beside the content root.</summary>
    public required string KeysDirectory { get; init; }

    /// <summary>The algorithms that this server holds signing keys for. The first is the default of access tokens.</summary>
    public string[] SigningAlgorithms { get; init; } = [Algorithms.ES256, Algorithms.RS256];

    /// <summary>How long things live.</summary>
    public Lifetimes Lifetimes { get; init; } = new();

    /// <summary>Password hashing and rules.</summary>
    public PasswordSettings Passwords { get; init; } = new();

    /// <summary>Second factors.</summary>
    public SecondFactorSettings SecondFactor { get; init; } = new();

    /// <summary>Passkeys.</summary>
    public PasskeySettings Passkeys { get; init; } = new();

    /// <summary>E-mail.</summary>
    public MailSettings Mail { get; init; } = new();

    /// <summary>What people may do about accounts.</summary>
    public AccountSettings Accounts { get; init; } = new();

    /// <summary>API keys.</summary>
    public ApiKeySettings ApiKeys { get; init; } = new();

    /// <summary>Sources that attack.</summary>
    public AbuseSettings Abuse { get; init; } = new();

    /// <summary>The audit trail.</summary>
    public AuditSettings Audit { get; init; } = new();

    /// <summary>What is allowed how often.</summary>
    public LimitSettings Limits { get; init; } = new();

    /// <summary>Hosts that the server may fetch from or send to although they resolve to private or loopback addresses, for example "localhost:9443".</summary>
    public string[] OutboundAllowedHosts { get; init; } = [];

    /// <summary>Addresses or networks of proxies whose X-Forwarded-For and X-Forwarded-Proto count. Empty: nobody's.</summary>
    public string[] TrustedProxies { get; init; } = [];

    /// <summary>Who may read the revocation list: "Anyone" (default; it names no person) or "Clients".</summary>
    public string RevocationListAccess { get; init; } = "Anyone";

    /// <summary>True demands a nonce of this server in every DPoP proof (RFC 9449 §8), so that proofs cannot be made ahead of time. Default false.</summary>
    public bool RequireDPoPNonce { get; init; }

    /// <summary>How many followers of the revocation list may wait on this node at once, by long poll or stream. Default 2000.</summary>
    public int RevocationFollowers { get; init; } = 2000;

    /// <summary>How many of them may come from one address. Default 200.</summary>
    public int RevocationFollowersPerAddress { get; init; } = 200;

    /// <summary>Port of the Prometheus text endpoint, bound to loopback unless <see cref="MetricsAddress"/> says otherwise; 0: none.</summary>
    public int MetricsPort { get; init; }

    /// <summary>Address that the metrics port listens on.</summary>
    public string MetricsAddress { get; init; } = "127.0.0.1";

    /// <summary>OTLP collector for metrics, traces and the audit trail (http/protobuf); null: none.</summary>
    public string? OtlpEndpoint { get; init; }

    /// <summary>How long requests are still served after the process was told to stop, while /health/ready already says 503. Default 0.</summary>
    public TimeSpan ShutdownDelay { get; init; }

    /// <summary>Every setting that there is, with what stands in for it when it is not given.</summary>
    internal IReadOnlyDictionary<string, string?> Defaults { get; init; } = new Dictionary<string, string?>();

    /// <summary>True when the issuer is https: cookies are then Secure and carry the __Host- prefix.</summary>
    public bool IsSecure => Issuer.StartsWith("https:", StringComparison.Ordinal);

    /// <summary>An absolute URL of this server: the issuer and the path.</summary>
    public string Url(string path) => Issuer.TrimEnd('/') + path;

    /// <summary>Reads and checks all settings.</summary>
    /// <exception cref="ConfigurationException">A value is missing, malformed or out of range, or a key is unknown; the message says which and what to write.</exception>
    public static ServerOptions Read(IConfiguration configuration, string contentRoot) => ReadWithKeys(configuration, contentRoot).Options;

    internal static (ServerOptions Options, IReadOnlyCollection<string> Keys) ReadWithKeys(IConfiguration configuration, string contentRoot)
    {
        var read = new SettingsReader(configuration.GetSection("Identity"));
        var provider = read.Choice("Database:Provider", "Sqlite", "Sqlite", "PostgreSql");
        var issuer = IssuerOf(read);
        var options = new ServerOptions
        {
            Issuer = issuer,
            DatabaseProvider = provider,
            ConnectionString = ConnectionStringOf(configuration, provider, contentRoot),
            MigrateAtStart = read.Flag("Database:MigrateAtStart", true),
            KeysDirectory = Path.GetFullPath(read.Text("KeysDirectory", "keys"), contentRoot),
            SigningAlgorithms = AlgorithmsOf(read),
            Lifetimes = Lifetimes.Read(read),
            Passwords = PasswordSettings.Read(read, contentRoot),
            SecondFactor = SecondFactorSettings.Read(read),
            Passkeys = PasskeySettings.Read(read, issuer, contentRoot),
            Mail = MailSettings.Read(read, contentRoot),
            Accounts = AccountSettings.Read(read),
            ApiKeys = ApiKeySettings.Read(read),
            Abuse = AbuseSettings.Read(read),
            Audit = AuditSettings.Read(read),
            Limits = LimitSettings.Read(read),
            OutboundAllowedHosts = read.List("Outbound:AllowedHosts"),
            TrustedProxies = read.List("TrustedProxies"),
            RevocationListAccess = read.Choice("RevocationList:Access", "Anyone", "Anyone", "Clients"),
            RequireDPoPNonce = read.Flag("DPoP:RequireNonce", false),
            RevocationFollowers = read.Number("RevocationList:Followers", 2000, 0, 100_000),
            RevocationFollowersPerAddress = read.Number("RevocationList:FollowersPerAddress", 200, 0, 100_000),
            MetricsPort = read.Number("Metrics:Port", 0, 0, 65535),
            MetricsAddress = read.Text("Metrics:Address", "127.0.0.1"),
            OtlpEndpoint = read.OptionalText("Otlp:Endpoint"),
            ShutdownDelay = read.Duration("ShutdownDelay", TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromMinutes(2)),
        };
        read.RefuseUnknown();
        return (options with { Defaults = read.Defaults }, read.Known);
    }

    private static string IssuerOf(SettingsReader read)
    {
        const string key = "Issuer";
        var text = read.OptionalText(key) ?? throw new ConfigurationException("Identity:Issuer is missing. Write the https address that people and clients reach this server by, for example https://id.example.org.");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var issuer) || issuer.Scheme is not ("https" or "http") || issuer.Query.Length > 0 || issuer.Fragment.Length > 0 || issuer.UserInfo.Length > 0 || text.EndsWith('?') || text.EndsWith('#'))
            throw SettingsReader.Bad(key, text, "an absolute https address without query and fragment", "Write for example https://id.example.org");
        if (issuer.Scheme == "http" && !issuer.IsLoopback)
            throw SettingsReader.Bad(key, text, "an https address", "Plain http is for loopback hosts only, such as http://localhost:5080");
        if (issuer.AbsolutePath != "/")
            throw SettingsReader.Bad(key, text, "an address without a path", "Give this server a host name of its own");
        return text.TrimEnd('/');
    }

    private static string ConnectionStringOf(IConfiguration configuration, string provider, string contentRoot)
    {
        var text = configuration["ConnectionStrings:Identity"];
        if (!string.IsNullOrWhiteSpace(text)) return text;
        if (provider != "Sqlite") throw new ConfigurationException("ConnectionStrings:Identity is missing. Write a PostgreSQL connection string, for example Host=db;Database=identity;Username=identity_app;SSL Mode=VerifyFull.");
        return $"Data Source={Path.Combine(contentRoot, "data", "identity.db")}";
    }

    private static string[] AlgorithmsOf(SettingsReader read)
    {
        var algorithms = read.List("SigningAlgorithms", Algorithms.ES256, Algorithms.RS256);
        foreach (var algorithm in algorithms)
            if (algorithm is not (Algorithms.ES256 or Algorithms.RS256 or Algorithms.PS256))
                throw SettingsReader.Bad("SigningAlgorithms", algorithm, "a signature algorithm of this server", "Write ES256, RS256 or PS256");
        if (!algorithms.Contains(Algorithms.ES256) && !algorithms.Contains(Algorithms.RS256))
            throw SettingsReader.Bad("SigningAlgorithms", string.Join(',', algorithms), "enough", "Name at least ES256 or RS256");
        return algorithms;
    }
}
