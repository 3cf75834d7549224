using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration;

/// <summary>What a new client begins with, by its purpose: the safe choice everywhere (RFC 9700 §2, RFC 8252 §6).</summary>
public static class ClientPresets
{
    /// <summary>The preset; null: there is no such purpose.</summary>
    public static ClientMetadata? Find(string purpose, ServerOptions options)
    {
        var usual = new ClientMetadata { IdTokenSignedResponseAlg = options.SigningAlgorithms.Contains(Algorithms.ES256) ? Algorithms.ES256 : options.SigningAlgorithms[0] };
        return purpose switch
        {
            ClientPurposes.Web => usual with { GrantTypes = People, Scope = "openid profile email offline_access" },
            ClientPurposes.Spa => usual with { GrantTypes = People, TokenEndpointAuthMethod = ClientAuthenticationMethods.None, Scope = "openid profile email" },
            ClientPurposes.Native => usual with { GrantTypes = People, TokenEndpointAuthMethod = ClientAuthenticationMethods.None, Scope = "openid profile email offline_access" },
            ClientPurposes.Service => usual with { GrantTypes = [GrantTypes.ClientCredentials], ResponseTypes = [] },
            ClientPurposes.Resource => usual with { GrantTypes = [], ResponseTypes = [] },
            _ => null,
        };
    }

    private static List<string> People => [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken];
}
