using Microsoft.AspNetCore.Http;

namespace Pynomaly.Identity.Authorization;

/// <summary>How the answer of the authorization endpoint travels to the client's redirect URI (OAuth 2.0 Multiple Response Types §2.1).</summary>
public interface IResponseMode
{
    /// <summary>Its name on the wire.</summary>
    string Name { get; }

    /// <summary>Sends the browser to the redirect URI with the parameters.</summary>
    Task WriteAsync(HttpContext context, string redirectUri, IReadOnlyList<KeyValuePair<string, string>> parameters);
}
