using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService.Api;

/// <summary>A request whose token holds: whose account it is, and the sign-in behind the token.</summary>
/// <param name="Context">The request.</param>
/// <param name="Account">The person.</param>
/// <param name="Session">The sign-in as the token tells it; its id is empty when no session stands behind the token.</param>
internal sealed record ApiCall(HttpContext Context, Account Account, Session Session) : ApiRequest(Context)
{
    /// <summary>The application that calls.</summary>
    public required Application Client { get; init; }
}
