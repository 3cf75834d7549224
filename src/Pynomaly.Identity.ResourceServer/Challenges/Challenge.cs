using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.ResourceServer.Tokens;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.ResourceServer.Challenges;

/// <summary>Writes WWW-Authenticate: RFC 6750 §3, RFC 9449 §7.1, the step-up challenge of RFC 9470 §3, with the address of the metadata of RFC 9728 §5.1.</summary>
[Specification("RFC 9470", "OAuth 2.0 Step Up Authentication Challenge Protocol")]
internal sealed class Challenge(PynomalyIdentityOptions options)
{
    private readonly string _realm = $"realm=\"{options.Realm ?? options.Audience}\"";
    private readonly string _metadata = options.ServeResourceMetadata ? $", resource_metadata=\"{ResourceMetadata.AddressOf(options.ResourceIdentifier)}\"" : "";
    private readonly string _algorithms = $", algs=\"{string.Join(' ', DPoPProof.Algorithms)}\"";

    /// <summary>Nothing was shown: the schemes, and no error code (RFC 6750 §3.1).</summary>
    public void Bare(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status401Unauthorized;
        if (!options.RequireSenderConstraint) Append(response, Schemes.Bearer, "");
        Append(response, Schemes.DPoP, "");
    }

    /// <summary>What was shown does not hold. §3.1.</summary>
    public void Refuse(HttpResponse response, string scheme, Refusal refusal)
    {
        response.StatusCode = refusal.Status;
        if (refusal.Status == StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers.RetryAfter = "2";
            return;
        }

        Append(response, refusal == Refusal.BoundAsBearer || refusal == Refusal.NotBound ? Schemes.DPoP : scheme, $", error=\"{refusal.Error}\", error_description=\"{refusal.Description}\"");
    }

    /// <summary>The token holds and is not enough.</summary>
    public void Forbid(HttpResponse response, string scheme, Shortfall? lacking)
    {
        if (lacking is { IsOfAuthentication: true })
        {
            // RFC 9470 §3: 401, as a new token of a new sign-in would be enough.
            var parameters = new StringBuilder(", error=\"insufficient_user_authentication\", error_description=\"");
            parameters.Append(lacking.AcrValues.Count > 0 ? "A stronger sign-in is required" : "A more recent sign-in is required").Append('"');
            if (lacking.AcrValues.Count > 0) parameters.Append(", acr_values=\"").AppendJoin(' ', lacking.AcrValues).Append('"');
            if (lacking.MaxAge is { } age) parameters.Append(CultureInfo.InvariantCulture, $", max_age=\"{age}\"");
            response.StatusCode = StatusCodes.Status401Unauthorized;
            Append(response, scheme, parameters.ToString());
            return;
        }

        // A permission's name is a scope of its own, so the refusal tells a client what to ask for.
        response.StatusCode = StatusCodes.Status403Forbidden;
        var scope = lacking is { Permissions.Count: > 0 } ? $", scope=\"{string.Join(' ', lacking.Permissions.Distinct())}\"" : "";
        Append(response, scheme, $", error=\"insufficient_scope\"{scope}, error_description=\"The access token does not allow this\"");
    }

    private void Append(HttpResponse response, string scheme, string parameters)
    {
        // A key is no scheme that a client could learn to use from a challenge: it is told what takes its place.
        var named = scheme == Schemes.ApiKey ? Schemes.Bearer : scheme;
        response.Headers.Append("WWW-Authenticate", $"{named} {_realm}{parameters}{(named == Schemes.DPoP ? _algorithms : "")}{_metadata}");
    }
}
