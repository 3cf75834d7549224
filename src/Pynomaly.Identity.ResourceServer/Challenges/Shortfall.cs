using Microsoft.AspNetCore.Http;

namespace Pynomaly.Identity.ResourceServer.Challenges;

/// <summary>What a caller whose token holds still lacks, gathered while the request is authorized, so that the refusal can say what to ask for.</summary>
internal sealed class Shortfall
{
    /// <summary>Permissions, by the names under which they are asked for as scopes.</summary>
    public List<string> Permissions { get; } = [];

    /// <summary>Authentication context classes, any of which would do.</summary>
    public IReadOnlyList<string> AcrValues { get; set; } = [];

    /// <summary>Seconds that may have passed since the person proved who they are.</summary>
    public long? MaxAge { get; set; }

    /// <summary>Whether a fresher or stronger sign-in would help, and nothing else is missing.</summary>
    public bool IsOfAuthentication => Permissions.Count == 0 && (AcrValues.Count > 0 || MaxAge is not null);

    /// <summary>The request's own.</summary>
    public static Shortfall Of(HttpContext context)
    {
        if (context.Features.Get<Shortfall>() is { } known) return known;
        var made = new Shortfall();
        context.Features.Set(made);
        return made;
    }
}
