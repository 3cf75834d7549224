using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Mail;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>Invitations: an administrator names an address and roles, the person chooses name and password. Nobody but them ever knows the password.</summary>
internal sealed class Invitations(Database database, Links links, LinkMails mails, NewPassword passwords, SignIn signIn, RateLimits limits, AuditTrail audit,
    ServerOptions options, TimeProvider time, ILogger<Invitations> logger)
{
    private const string Kind = TokenKinds.Invitation;

    /// <summary>Its event.</summary>
    public static EventId Event => Log.Invited;

    /// <summary>Makes an invitation in the caller's transaction and answers its link; when there is e-mail, the link is sent too. The address counts as verified, on the operator's word.
    /// The caller has made sure that the address is one and nobody's, and that the operator may give the roles.</summary>
    public async ValueTask<string> AddAsync(SqlSession sql, string address, IReadOnlyList<string> roles, AuditEntry entry, CancellationToken cancellationToken)
    {
        var lifetime = options.Accounts.InvitationLifetime;
        var made = await links.AddAsync(sql, Kind, Paths.InvitationPage, null, new LinkPayload { Email = address, Roles = roles }, lifetime, cancellationToken);
        await mails.SendAsync(sql, nameof(TokenKinds.Invitation), mails.Write(nameof(TokenKinds.Invitation), address, made, lifetime, MailTexts.For()), lifetime, cancellationToken);
        await audit.WriteAsync(sql, entry, cancellationToken);
        logger.LogInvited(entry.Actor ?? "server");
        return made;
    }

    /// <summary>Ends the open invitations to a role, in the caller's transaction: it means more now than when its links were handed over.</summary>
    public static async ValueTask EndOfRoleAsync(SqlSession sql, string role, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var open = await sql.ListAsync("SELECT id, payload FROM tokens WHERE kind = $1 AND consumed IS NULL AND expires > $2", row => (Id: row.GetString(0), Payload: LinkPayload.Read(row.GetString(1))), cancellationToken, Kind, now);
        foreach (var (id, payload) in open)
            if (payload.Roles?.Contains(role, StringComparer.OrdinalIgnoreCase) is true) await OneTimeTokens.ConsumeAsync(sql, id, Kind, now, cancellationToken);
    }

    /// <summary>The address that is invited; null when the link opens nothing.</summary>
    public async Task<string?> FindAsync(string? token, CancellationToken cancellationToken) =>
        await links.FindAsync(Kind, token, cancellationToken) is { Payload.Email: { } email } ? email : null;

    /// <summary>Makes the account, once, and begins to sign its person in: a second factor is asked for where one must be.</summary>
    public async Task<(LinkResult Result, SignInResult? SignIn)> AcceptAsync(HttpContext context, string? token, string? userName, string? password, CancellationToken cancellationToken)
    {
        if (limits.SelfService(context.Connection.RemoteIpAddress) is var wait and > 0) return (new LinkResult.Throttled(wait), null);
        if (await links.FindAsync(Kind, token, cancellationToken) is not { Payload: { Email: { } email, Roles: { } roles } }) return (new LinkResult.Ended(), null);
        var name = string.IsNullOrWhiteSpace(userName) ? email : userName;
        if ((EmailAddress.Read(name) is null ? AccountNames.Examine(name) : AccountNames.ExamineAddress(name)) is { } wrong) return (new LinkResult.NameRefused("username", wrong), null);
        // Only the invited address is proven: another one as a name would stand in tokens, and keep its owner from an account.
        if (EmailAddress.Read(name) is not null && AccountNames.Normalize(name) != AccountNames.Normalize(email)) return (new LinkResult.NameRefused("username", NameProblem.NotInvited), null);
        if (passwords.Problem(password ?? string.Empty, name, email) is { } problem) return (new LinkResult.PasswordRefused(problem), null);
        string hash;
        try
        {
            hash = await passwords.HashAsync(password!, cancellationToken);
        }
        catch (HashingBusyException busy)
        {
            return (NewPassword.Later(busy), null);
        }

        var (id, refusal) = await database.WriteAsync<(string?, LinkResult?)>(async (sql, stop) =>
        {
            await NewAccount.OrderAsync(sql, stop);
            if (await NewAccount.FindTakenAsync(sql, email, email, stop) is not null) return (null, new LinkResult.Ended());
            if (await NewAccount.FindTakenAsync(sql, name, email, stop) is not null) return (null, new LinkResult.NameRefused("username", NameProblem.Taken));
            if (!await links.ConsumeAsync(sql, Kind, token!, stop)) return (null, new LinkResult.Ended());
            var made = await new NewAccount { UserName = name, Email = email, EmailVerified = true, PasswordHash = hash, RoleIds = await RoleIds.FindAsync(sql, roles, stop) }
                .AddAsync(sql, time.GetUtcNow(), stop);
            await audit.WriteAsync(sql, new AuditEntry(Log.InvitationAccepted) { Actor = made, UserId = made }.From(context), stop);
            return (made, null);
        }, cancellationToken);
        if (refusal is not null) return (refusal, null);

        logger.LogInvitationAccepted(id!);
        return (new LinkResult.Done(), await signIn.PasswordAsync(context, name, password!, AuthenticationLevels.Password, cancellationToken));
    }
}
