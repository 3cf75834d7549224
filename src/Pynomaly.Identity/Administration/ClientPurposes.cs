using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration;

/// <summary>What a client is for: the presets that it can be made from. Kept nowhere, since what it is registered with tells it.</summary>
public static class ClientPurposes
{
    /// <summary>An application on a web server: confidential, signs people in.</summary>
    public const string Web = "web";

    /// <summary>A single-page application: public, in the browser.</summary>
    public const string Spa = "spa";

    /// <summary>An application on a device: public, with a loopback address or a scheme of its own (RFC 8252).</summary>
    public const string Native = "native";

    /// <summary>A program that acts for itself: client credentials.</summary>
    public const string Service = "service";

    /// <summary>An API: asks what tokens are worth, and gets none.</summary>
    public const string Resource = "resource";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Web, Spa, Native, Service, Resource];

    /// <summary>The purpose of a client that is registered so.</summary>
    public static string Of(ClientMetadata metadata)
    {
        if (metadata.GrantTypes.Contains(GrantTypes.AuthorizationCode))
        {
            if (metadata.TokenEndpointAuthMethod != ClientAuthenticationMethods.None) return Web;
            return metadata.RedirectUris.Exists(IsOnDevice) ? Native : Spa;
        }

        return metadata.GrantTypes.Contains(GrantTypes.ClientCredentials) ? Service : Resource;
    }

    // A page on the developer's own machine has a port; an installed application's loopback address has none, since it takes any (RFC 8252 §7.3).
    private static bool IsOnDevice(string uri) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && (parsed.Scheme is not ("https" or "http") || (parsed is { Scheme: "http", IsLoopback: true, IsDefaultPort: true }));
}
