using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Users;

/// <summary>The second half of a sign-in: a code of an authenticator app or a backup code, throttled by account on any number of nodes.</summary>
public sealed class SecondFactors
{
    /// <summary>What the person has.</summary>
    public ValueTask<FactorChoices> ChoicesAsync(string userId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Takes the code and, when it holds, starts the session. Succeeded, Failed or Throttled.</summary>
    public Task<SignInResult> CodeAsync(HttpContext context, PendingSignIn pending, string code, TrustDevice trust, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Asks a person who is signed in for a stronger level: FactorNeeded or EnrolmentNeeded.</summary>
    public Task<SignInResult> StepUpAsync(HttpContext context, Session session, string level, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Goes on after the person has added a factor while signing in (<see cref="PendingSignIn.MustEnrol"/>): starts the session.</summary>
    public Task<SignInResult> EnrolledAsync(HttpContext context, PendingSignIn pending, string method, CancellationToken cancellationToken) => throw new NotSupportedException();
}
