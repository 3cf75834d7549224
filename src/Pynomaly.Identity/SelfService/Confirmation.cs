using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>Whether the person has proved who they are a moment ago: what touches the safety of an account asks for it (ASVS 7.5.1).</summary>
/// <remarks>A session left open on a desk can look around, but changes nothing that lasts. Pages send to <see cref="Paths.ConfirmPage"/>, the API answers as RFC 9470 §3 says.</remarks>
public sealed class Confirmation(Database database, ServerOptions options, TimeProvider time)
{
    /// <summary>For how long a proof counts.</summary>
    public TimeSpan Lasts => options.Accounts.ConfirmedFor;

    /// <summary>True when the session's last sign-in or confirmation is young enough.</summary>
    public bool IsFresh(Session session) => IsFresh(session.AuthTime);

    /// <summary>True when a proof given at this moment is young enough.</summary>
    public bool IsFresh(DateTimeOffset proved)
    {
        var age = time.GetUtcNow() - proved;
        return age < Lasts && age > -options.Lifetimes.ClockSkew; // one that lies in the future is no sign-in of ours
    }

    /// <summary>True when it is as strong as the person can give it, too: who has a second factor must have used it, in a trusted browser also (MF-10).</summary>
    public async ValueTask<bool> IsConfirmedAsync(Session session, CancellationToken cancellationToken)
    {
        if (!IsFresh(session)) return false;
        if (AuthenticationLevels.Meets(session.Acr, AuthenticationLevels.TwoFactors)) return true;
        await using var sql = await database.ReadAsync(cancellationToken);
        return !(await FactorChoices.ReadAsync(sql, session.UserId, cancellationToken)).Any;
    }

    /// <summary>Asks for it of a program.</summary>
    /// <exception cref="ProtocolException">It is not so; says what a new authorization request has to ask for (RFC 9470 §3).</exception>
    public async ValueTask RequireAsync(Session session, CancellationToken cancellationToken)
    {
        if (!await IsConfirmedAsync(session, cancellationToken))
            throw ProtocolException.InsufficientUserAuthentication((int)Lasts.TotalSeconds, IsFresh(session) ? AuthenticationLevels.TwoFactors : null);
    }
}
