using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Authorization;

/// <summary>What a valid request needs next: a page, a refusal, or nothing more. OpenID Connect Core §3.1.2.3 and §3.1.2.4.</summary>
internal sealed record NextStep
{
    private static readonly NextStep Ready = new();

    private NextStep()
    {
    }

    /// <summary>The page to show; null: none.</summary>
    public string? Page { get; private init; }

    /// <summary>The level that the person is to be brought to by one factor more; null: none.</summary>
    public string? Level { get; private init; }

    /// <summary>The refusal; null: none.</summary>
    public ProtocolException? Refusal { get; private init; }

    /// <summary>Decides about signing in and choosing an account. Null: that much is done.</summary>
    public static NextStep? OfSignIn(AuthorizationRequest request, Session? session, InteractionState? done, DateTimeOffset now)
    {
        if (done is { IsDenied: true }) return Refuse(Errors.AccessDenied, "The person refused");
        if (session is null) return Show(request, Paths.SignInPage, Errors.LoginRequired, "Nobody is signed in");

        // Only a sign-in on this request's own page counts as a fresh one: a session found on the way back does not (CVE-2023-6787).
        var isFresh = done?.SignedIn == session.Id;
        if (!isFresh)
        {
            if (request.Asks(Prompts.Login)) return Show(request, Paths.SignInPage, Errors.LoginRequired, "Signing in again is required");
            if (IsTooOld(request, session, now)) return Show(request, Paths.SignInPage, Errors.LoginRequired, "The sign-in is older than max_age allows");
        }

        if (!request.Suits(session.UserId))
        {
            // §3.1.2.2: somebody else must never be passed off as the person who was hinted at.
            return isFresh ? Refuse(Errors.LoginRequired, "Another person signed in") : Show(request, Paths.SignInPage, Errors.LoginRequired, "Another person is signed in");
        }

        return request.Asks(Prompts.SelectAccount) && done?.Selected != session.Id ? new NextStep { Page = Paths.SelectAccountPage } : null;
    }

    /// <summary>Decides about how well the person who is signed in was authenticated. Null: well enough, or as well as may be.</summary>
    public static NextStep? OfLevel(AuthorizationRequest request, Session session, InteractionState? done, FactorChoices choices)
    {
        // The client's own rule: whoever has no second factor adds one.
        if (request.Client.Metadata.RequireSecondFactor && !AuthenticationLevels.Meets(session.Acr, AuthenticationLevels.TwoFactors)) return StepUp(request, AuthenticationLevels.TwoFactors);

        var essential = WantedLevel.Essential(request);
        var values = essential ?? WantedLevel.Wishes(request);
        if (values.Count == 0 || values.Any(value => AuthenticationLevels.Meets(session.Acr, value))) return null;

        // Asked once: a person may give the weaker factor of two.
        var level = done is { SteppedUp: true } ? null : WantedLevel.Reachable(values, choices);
        if (essential is not null)
        {
            // §5.5.1.1: an essential acr that is not met is a failed sign-in.
            return level is null ? Refuse(Errors.UnmetAuthenticationRequirements, "The authentication context asked for is not available") : StepUp(request, level);
        }

        var hasJustGivenFactor = done?.SignedIn == session.Id && AuthenticationLevels.Meets(session.Acr, AuthenticationLevels.TwoFactors);
        return level is null || hasJustGivenFactor || request.Asks(Prompts.None) ? null : StepUp(request, level); // a wish (§3.1.2.1)
    }

    /// <summary>Decides about consent. Ready: the code may be issued.</summary>
    public static NextStep OfConsent(AuthorizationRequest request, Session session, InteractionState? done, bool isNeeded)
    {
        if (done?.AllowedBy == session.UserId || !(isNeeded || request.Asks(Prompts.Consent))) return Ready;
        return Show(request, Paths.ConsentPage, Errors.ConsentRequired, "The person has not allowed this yet");
    }

    private static bool IsTooOld(AuthorizationRequest request, Session session, DateTimeOffset now) => request.MaxAge switch
    {
        null => false,
        0 => true, // the same as prompt=login
        { } most => now.ToUnixTimeSeconds() - session.AuthTime.ToUnixTimeSeconds() > most,
    };

    // prompt=none: never a page (§3.1.2.1).
    private static NextStep Show(AuthorizationRequest request, string page, string errorUnderNone, string description) =>
        request.Asks(Prompts.None) ? Refuse(errorUnderNone, description) : new NextStep { Page = page };

    private static NextStep StepUp(AuthorizationRequest request, string level) =>
        request.Asks(Prompts.None) ? Refuse(Errors.InteractionRequired, "The person has to give another factor") : new NextStep { Level = level };

    private static NextStep Refuse(string error, string description) => new() { Refusal = ProtocolException.Authorization(error, description) };
}
