using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration;

/// <summary>The standard scopes (OpenID Connect Core §5.4, §11), with words for the person who is asked for consent; and the scope of Pynomaly's own API.</summary>
internal static class InitialScopes
{
    /// <summary>Name, title, one sentence, audiences.</summary>
    public static IReadOnlyList<(string Name, string DisplayName, string Description, List<string> Resources)> All { get; } =
    [
        (StandardScopes.OpenId, "Know who you are", "Sign you in, and recognise you when you come back", []),
        (StandardScopes.Profile, "Your profile", "See your name, picture and other details of your profile", []),
        (StandardScopes.Email, "Your e-mail address", "See your e-mail address", []),
        (StandardScopes.Address, "Your postal address", "See your postal address", []),
        (StandardScopes.Phone, "Your telephone number", "See your telephone number", []),
        (StandardScopes.OfflineAccess, "Stay connected", "Keep this access while you are away, until you or an administrator end it", []),
        (StandardScopes.Account, "Look after your account", "See and change your profile, sessions, connected apps and second factors", []),
        (StandardScopes.Administration, "Administer this server", "See and change, in your name, what your own administrator's roles let you", []),
        ("pynomaly_api", "Pynomaly", "Work with your detectors, datasets, results and experiments", ["https://api.pynomaly.local"]),
    ];

    /// <summary>Names of those that came after the first version: an installation that is older than one is given it once, at its first start with a version that knows it.</summary>
    public static IReadOnlyList<string> CameLater { get; } = [StandardScopes.Account, StandardScopes.Administration];
}
