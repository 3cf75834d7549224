using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pynomaly.Identity.SelfService;

/// <summary>What a one-time link remembers. Never its secret: of that the database holds the hash.</summary>
internal sealed partial record LinkPayload
{
    /// <summary>The address that it is about.</summary>
    public string? Email { get; init; }

    /// <summary>The account's security stamp when the link was made: a link made before a change of password or address opens nothing after it.</summary>
    public string? Stamp { get; init; }

    /// <summary>The bcrypt hash of the password of an account to be.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>The browser that asked (<see cref="Users.FlowCookie"/>).</summary>
    public string? Browser { get; init; }

    /// <summary>Names of roles of an account to be.</summary>
    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>The language of the person.</summary>
    public string? Locale { get; init; }

    /// <summary>From when on the link works.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    public string Write() => JsonSerializer.Serialize(this, LinkJson.Default.LinkPayload);

    public static LinkPayload Read(string? payload) => JsonSerializer.Deserialize(payload!, LinkJson.Default.LinkPayload)!;

    /// <inheritdoc />
    public override string ToString() => nameof(LinkPayload);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(LinkPayload))]
    private sealed partial class LinkJson : JsonSerializerContext;
}
