using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Authorization;

/// <summary>What the row of a waiting request holds: the request as it was sent, the browser it belongs to, and what the person has done so far.</summary>
internal sealed record InteractionState
{
    /// <summary>The parameters.</summary>
    public required Dictionary<string, string> Parameters { get; init; }

    /// <summary>The resource indicators.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>The hash of the browser's flow cookie.</summary>
    public required string Browser { get; init; }

    /// <summary>When the request came.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>True: the person has given one factor more for this request.</summary>
    public bool SteppedUp { get; init; }

    /// <summary>The session that a sign-in on this request's page started or renewed.</summary>
    public string? SignedIn { get; init; }

    /// <summary>The session whose account was chosen.</summary>
    public string? Selected { get; init; }

    /// <summary>The person who allowed the request; nobody else's answer counts.</summary>
    public string? AllowedBy { get; init; }

    /// <summary>Whether that answer is to be kept.</summary>
    public Remember Remember { get; init; }

    /// <summary>True: the person refused.</summary>
    public bool IsDenied { get; init; }

    /// <summary>The state of a request that nobody has answered yet.</summary>
    public static InteractionState Of(ProtocolRequest request, string browser, DateTimeOffset now) => new()
    {
        Parameters = request.All.ToDictionary(StringComparer.Ordinal), Resources = request.Resources, Browser = browser, Created = now,
    };

    /// <summary>The request, to be validated again.</summary>
    public ProtocolRequest ToRequest() => ProtocolRequest.Of(Parameters.Concat(Resources.Select(resource => KeyValuePair.Create(Protocol.Parameters.Resource, resource))));
}
