using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pynomaly.Identity.Users;

/// <summary>What a link "this was not me" remembers of its notice: what happened, when, and the address that the account had then.</summary>
internal sealed partial record NoticeLink(NoticeKind Kind, DateTimeOffset At, string Email)
{
    /// <summary>How long such a link works: a week covers a holiday's mailbox, and bounds what an old mailbox can do.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    public string Write() => JsonSerializer.Serialize(this, NoticeJson.Default.NoticeLink);

    public static NoticeLink Read(string payload) => JsonSerializer.Deserialize(payload, NoticeJson.Default.NoticeLink)!;

    /// <inheritdoc />
    public override string ToString() => Kind.ToString();

    [JsonSourceGenerationOptions(UseStringEnumConverter = true)]
    [JsonSerializable(typeof(NoticeLink))]
    private sealed partial class NoticeJson : JsonSerializerContext;
}
