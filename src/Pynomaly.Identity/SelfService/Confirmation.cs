using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.SelfService;

/// <summary>Whether the person has proved who they are a moment ago: what touches the safety of an account asks for it (ASVS 7.5.1).</summary>
/// <remarks>A session left open on a desk can look around, but changes nothing that lasts. Pages send to <see cref="Paths.ConfirmPage"/>, the API answers as RFC 9470 §3 says.</remarks>
public sealed class Confirmation(ServerOptions options, TimeProvider time)
{
    /// <summary>For how long a proof counts.</summary>
    public TimeSpan Lasts => options.Accounts.ConfirmedFor;

    /// <summary>True when the session's last sign-in or confirmation is young enough.</summary>
    public bool IsFresh(Session session) => IsFresh(session.AuthTime);

    /// <summary>The same of an auth_time. One that lies in the future, which no sign-in can have had, is not fresh.</summary>
    public bool IsFresh(DateTimeOffset authTime)
    {
        var age = time.GetUtcNow() - authTime;
        return age < Lasts && age > -options.Lifetimes.ClockSkew;
    }
}
