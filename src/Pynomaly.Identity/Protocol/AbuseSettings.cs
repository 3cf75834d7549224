using System.Net;

namespace Pynomaly.Identity.Protocol;

/// <summary>What happens to sources that attack. Keys stand under "Identity:Abuse:".</summary>
public sealed record AbuseSettings
{
    /// <summary>The mode that bans.</summary>
    public const string Enforce = "Enforce";

    /// <summary>The mode that only tells.</summary>
    public const string Watch = "Watch";

    /// <summary>The mode that does neither.</summary>
    public const string Off = "Off";

    /// <summary>"Enforce" (default) bans; "Watch" only logs what it would have banned; "Off" keeps no scores.</summary>
    public string Mode { get; init; } = Enforce;

    /// <summary>Distinct names that one source may fail to sign in with within an hour. Default 10.</summary>
    public int AccountsPerSource { get; init; } = 30;

    /// <summary>The score at which a source is banned; a probe for a known hole counts 10 and more. Default 100.</summary>
    public int ScoreLimit { get; init; } = 100;

    /// <summary>How long a ban lasts; doubled with each further one, up to 24 hours. Default 15 minutes.</summary>
    public TimeSpan BanDuration { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Networks that are never banned by the server itself: an office behind one address, a monitor. Default none.</summary>
    public IReadOnlyList<IPNetwork> NeverBan { get; init; } = [];

    internal static AbuseSettings Read(SettingsReader read)
    {
        var d = new AbuseSettings();
        return new AbuseSettings
        {
            Mode = read.Choice("Abuse:Mode", d.Mode, Enforce, Watch, Off),
            AccountsPerSource = read.Number("Abuse:AccountsPerSource", d.AccountsPerSource, 1, 100000),
            ScoreLimit = read.Number("Abuse:ScoreLimit", d.ScoreLimit, 10, 1000000),
            BanDuration = read.Duration("Abuse:BanDuration", d.BanDuration, TimeSpan.FromSeconds(10), TimeSpan.FromHours(24)),
            NeverBan = [.. read.List("Abuse:NeverBan").Select(Network)],
        };
    }

    private static IPNetwork Network(string text) =>
        IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : IPNetwork.TryParse(text, out var network) && network.PrefixLength > 0 ? network
        : throw SettingsReader.Bad("Abuse:NeverBan", text, "an address or a network", "Write for example 203.0.113.7 or 203.0.113.0/24");
}
