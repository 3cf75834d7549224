using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration.Review;

/// <summary>Scores what clients are registered with against RFC 9700, the OAuth 2.1 draft and the FAPI 2.0 Security Profile.</summary>
public static class Posture
{
    /// <summary>The gravest first.</summary>
    internal static readonly string[] Severities = ["high", "medium", "low"];

    /// <summary>How the client stands.</summary>
    public static ClientPosture Score(Application client, ServerOptions options, DateTimeOffset now)
    {
        var asked = Criteria.All.Where(criterion => criterion.Applies(client)).ToList();
        var missed = asked.Where(criterion => !criterion.Holds(client, options, now)).ToList();
        return new ClientPosture(client.ClientId, client.DisplayName, ClientPurposes.Of(client.Metadata),
            [.. missed.OrderBy(criterion => Array.IndexOf(Severities, criterion.Severity)).Select(criterion => criterion.Finding)],
            [.. PostureProfiles.All.Select(profile => new PostureScore(profile, asked.Count(one => one.Profiles.Contains(profile)) - missed.Count(one => one.Profiles.Contains(profile)), asked.Count(one => one.Profiles.Contains(profile))))]);
    }
}
