using System.Text.Json.Serialization;

namespace Pynomaly.Identity.OpenId;

/// <summary>A client's request to sign out, checked: who asks, whom it means, where it may return to.</summary>
internal sealed record LogoutState
{
    /// <summary>The client, by the hint or by its own word.</summary>
    public string? ClientId { get; init; }

    /// <summary>One of the client's registered addresses; null: none was asked for, or it is not registered.</summary>
    public string? RedirectUri { get; init; }

    /// <summary>What the client gets back.</summary>
    public string? State { get; init; }

    /// <summary>Whom the ID token hint names; null: there was none that holds.</summary>
    public string? Subject { get; init; }

    /// <summary>Which session it names.</summary>
    public string? SessionId { get; init; }

    /// <summary>The hash of the browser's flow cookie; null while nothing waits.</summary>
    public string? Browser { get; init; }

    /// <summary>Whether the client proved by a hint of its own that the request is its own.</summary>
    [JsonIgnore]
    public bool IsProven => Subject is not null;

    /// <summary>Whether the hint means this very session, so that nobody need be asked.</summary>
    public bool Means(Model.Session session) => SessionId is not null ? SessionId == session.Id : Subject == session.UserId;
}

/// <summary>Source-generated JSON of what this room keeps.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LogoutState))]
internal sealed partial class OpenIdJson : JsonSerializerContext;
