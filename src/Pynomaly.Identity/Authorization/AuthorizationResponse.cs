using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Authorization;

/// <summary>The answers of the authorization endpoint: a code, or an error. Each one carries state and iss.</summary>
/// <remarks>RFC 6749 §4.1.2 and §4.1.2.1; RFC 9207 §2: iss in success and error alike, against mix-up.</remarks>
[Specification("RFC 9207", "OAuth 2.0 Authorization Server Issuer Identification")]
public sealed class AuthorizationResponse(ServerOptions options)
{
    /// <summary>Sends the code.</summary>
    public Task WriteCodeAsync(HttpContext context, AuthorizationTarget target, string code) => WriteAsync(context, target, [new(Parameters.Code, code)]);

    /// <summary>Sends the refusal: to the client where it is proven, to the person where it is not.</summary>
    public Task WriteErrorAsync(HttpContext context, AuthorizationTarget? target, ProtocolException refusal)
    {
        if (target is null)
        {
            if (refusal.RetryAfter is { } seconds) context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            new PageError(refusal.Error, refusal.Description).Write(context, refusal.Status);
            return Task.CompletedTask;
        }

        context.Items[typeof(ProtocolException)] = refusal.Error; // for the metrics' error tag
        KeyValuePair<string, string>[] error = [new(Parameters.Error, refusal.Error), new(Parameters.ErrorDescription, refusal.Description)];
        if (!target.Client.IsSelfRegistered) return WriteAsync(context, target, error);

        // OAuth 2.1 §7.13.2: anybody may register a client and have it refused on purpose; its address must not be reached without the person's will.
        new PageError(refusal.Error, refusal.Description) { ContinueUri = QueryResponseMode.Append(target.RedirectUri, Complete(target, error)) }.Write(context);
        return Task.CompletedTask;
    }

    private Task WriteAsync(HttpContext context, AuthorizationTarget target, IReadOnlyList<KeyValuePair<string, string>> parameters) =>
        target.Mode.WriteAsync(context, target.RedirectUri, Complete(target, parameters));

    private List<KeyValuePair<string, string>> Complete(AuthorizationTarget target, IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        List<KeyValuePair<string, string>> all = [.. parameters];
        if (target.State is not null) all.Add(new(Parameters.State, target.State));
        all.Add(new(Parameters.Issuer, options.Issuer));
        return all;
    }
}
