namespace Pynomaly.Identity.Bench.Driver;

/// <summary>One thing that is measured, the part of the limit that it is held against, and the goals as ratios of per-CPU figures.</summary>
internal sealed record Workload(string Id, string Title, string Limit, double? GoalToLimit, double? GoalToPeer = null)
{
    public static readonly IReadOnlyList<Workload> All =
    [
        new("cc-basic", "client_credentials, ES256, client_secret_basic", "(iii) form + ES256", 0.60, 2.5),
        new("cc-post", "client_credentials, ES256, client_secret_post", "(iii) form + ES256", 0.60, 2.5),
        new("cc-key", "client_credentials by API key, ES256", "(iii) form + ES256", null),
        new("cc-rs256", "client_credentials, RS256 (3072 bits)", "(iv) form + RS256", 0.88),
        new("introspect", "introspection, many tokens", "(v) form + verification", 0.75),
        new("introspect-again", "introspection, one token again and again", "(v) form + verification", 2.5),
        new("refresh", "refresh rotation, durable", "(vi) durable rotation + ES256", 0.55, 1.4),
        new("refresh-id-token", "refresh rotation, durable, with an ID token", "(vi) durable rotation + ES256", 0.45),
        new("discovery", "discovery", "(i) fixed bytes", 0.70),
        new("jwks", "JWKS", "(i) fixed bytes", 0.70),
    ];
}
