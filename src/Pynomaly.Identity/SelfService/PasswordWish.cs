using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pynomaly.Identity.SelfService;

/// <summary>That somebody forgot a password, as it waits in the outbox: what was typed, and what the audit trail wants to know. Whose it is, nobody has looked up yet.</summary>
internal sealed partial record PasswordWish
{
    /// <summary>The user name or address, normalized.</summary>
    public required string Typed { get; init; }

    /// <summary>When the link is no longer worth sending.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>From which address it was asked.</summary>
    public string? Address { get; init; }

    /// <summary>The correlation id of the request that asked.</summary>
    public string? CorrelationId { get; init; }

    public string Write() => JsonSerializer.Serialize(this, WishJson.Default.PasswordWish);

    public static PasswordWish Read(string text) => JsonSerializer.Deserialize(text, WishJson.Default.PasswordWish)!;

    /// <inheritdoc />
    public override string ToString() => nameof(PasswordWish);

    [JsonSerializable(typeof(PasswordWish))]
    private sealed partial class WishJson : JsonSerializerContext;
}
