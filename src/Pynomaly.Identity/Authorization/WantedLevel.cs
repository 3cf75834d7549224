using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Authorization;

/// <summary>How well the person has to be authenticated for a request: by the client's own rule, by an essential acr (OpenID Connect Core §5.5.1.1), or, as a wish, by acr_values (§3.1.2.1).</summary>
internal static class WantedLevel
{
    /// <summary>The level to sign in with, so that as little as possible is asked for afterwards.</summary>
    public static string OfSignIn(AuthorizationRequest request)
    {
        var wanted = Essential(request)?.FirstOrDefault(AuthenticationLevels.All.Contains) ?? Wishes(request).FirstOrDefault(AuthenticationLevels.All.Contains) ?? AuthenticationLevels.Password;
        return request.Client.Metadata.RequireSecondFactor && wanted == AuthenticationLevels.Password ? AuthenticationLevels.TwoFactors : wanted;
    }

    /// <summary>The values of an acr that the sign-in fails without; null when there is none.</summary>
    public static IReadOnlyList<string>? Essential(AuthorizationRequest request) =>
        request.RequestedIdTokenClaim("acr") is { Essential: true, Values.Count: > 0 } acr ? acr.Values : null;

    /// <summary>The values wished for, best first.</summary>
    public static IReadOnlyList<string> Wishes(AuthorizationRequest request) =>
        request.RequestedIdTokenClaim("acr") is { Essential: false, Values.Count: > 0 } acr ? acr.Values
        : request.Parameters[Parameters.AcrValues]?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>The first of the values that the person can reach with the factors they have; null when there is none.</summary>
    public static string? Reachable(IEnumerable<string> values, FactorChoices choices) => values.FirstOrDefault(choices.CanReach);

    /// <summary>Whether the request says anything about it.</summary>
    public static bool IsAsked(AuthorizationRequest request) => request.Client.Metadata.RequireSecondFactor || Essential(request) is not null || Wishes(request).Count > 0;

    /// <summary>The acr to tell the client: the session's; to one that insists on a weaker value, that value, which is as true.</summary>
    public static string Told(AuthorizationRequest request, Session session) =>
        Essential(request) is not { } values || values.Contains(session.Acr) ? session.Acr
        : AuthenticationLevels.All.LastOrDefault(level => values.Contains(level) && AuthenticationLevels.Meets(session.Acr, level)) ?? session.Acr;
}
