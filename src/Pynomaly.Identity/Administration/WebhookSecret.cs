using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration;

/// <summary>The key that a webhook's messages are signed with, by the Standard Webhooks scheme: HMAC-SHA256 over id, time and body. After a rotation the one before signs too for a day, so that the receiver can change over.</summary>
/// <remarks>Kept encrypted under the master key: unlike a client's secret it is needed in clear.</remarks>
[Specification("Standard Webhooks 1.0", "Standard Webhooks")]
internal sealed class WebhookSecret
{
    private const string Prefix = "whsec_";
    private const int Length = 32;
    private const int FewestBytes = 24;
    private const int MostBytes = 64;
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(24);
    private readonly byte[] _current;
    private readonly byte[]? _previous;
    private readonly DateTimeOffset _until;

    private WebhookSecret(byte[] current, byte[]? previous, DateTimeOffset until) => (_current, _previous, _until) = (current, previous, until);

    /// <summary>As the receiver is told it, this once.</summary>
    public string Text => Prefix + Convert.ToBase64String(_current);

    /// <summary>What tells it from another without telling it: of at least 192 random bits.</summary>
    public string Mark => Base64Url.EncodeToString(SHA256.HashData([.. "webhook secret "u8, .. _current]));

    /// <summary>Reads one that somebody else made; null: it is none, or too short.</summary>
    public static WebhookSecret? Parse(string text)
    {
        var bytes = new byte[MostBytes];
        return text.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(text[Prefix.Length..], bytes, out var length) && length >= FewestBytes ? new WebhookSecret(bytes[..length], null, default) : null;
    }

    /// <summary>A new one.</summary>
    public static WebhookSecret Create() => new(RandomNumberGenerator.GetBytes(Length), null, default);

    /// <summary>Reads it from its row.</summary>
    /// <exception cref="ConfigurationException">It was written under another master key.</exception>
    public static WebhookSecret Read(MasterKey master, string id, string stored)
    {
        var text = master.TryUnwrap(Convert.FromBase64String(stored), Context(id)) ?? throw new ConfigurationException($"The key of webhook {id} cannot be opened by this master key. Rotate it.");
        var parts = Encoding.ASCII.GetString(text).Split(' ');
        return parts.Length < 3 ? new WebhookSecret(Convert.FromBase64String(parts[0]), null, default)
            : new WebhookSecret(Convert.FromBase64String(parts[0]), Convert.FromBase64String(parts[1]), DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[2], CultureInfo.InvariantCulture)));
    }

    /// <summary>The next one; this one goes on beside it for a day.</summary>
    public WebhookSecret Rotate(DateTimeOffset now) => new(RandomNumberGenerator.GetBytes(Length), _current, now + Overlap);

    /// <summary>Another in its place; this one goes on beside it for a day.</summary>
    public WebhookSecret Replace(WebhookSecret next, DateTimeOffset now) => new(next._current, _current, now + Overlap);

    /// <summary>For the row.</summary>
    public string Store(MasterKey master, string id)
    {
        var text = Convert.ToBase64String(_current);
        if (_previous is not null) text += string.Create(CultureInfo.InvariantCulture, $" {Convert.ToBase64String(_previous)} {_until.ToUnixTimeMilliseconds()}");
        return Convert.ToBase64String(master.Wrap(Encoding.ASCII.GetBytes(text), Context(id)));
    }

    /// <summary>The header webhook-signature.</summary>
    public string Sign(string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        byte[] content = [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.")), .. body];
        var signature = $"v1,{Convert.ToBase64String(HMACSHA256.HashData(_current, content))}";
        return _previous is not null && at < _until ? $"{signature} v1,{Convert.ToBase64String(HMACSHA256.HashData(_previous, content))}" : signature;
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(WebhookSecret);

    private static string Context(string id) => $"webhook {id}";
}
