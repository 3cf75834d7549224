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

/// <summary>Accounts that people make themselves, where the settings allow it: nothing exists until the link in the mail is used. The address is the user name.</summary>
/// <remarks>
/// An address that has an account is answered the same at the same price; its owner is told (ASVS 6.3.8). Whoever uses the link in another browser types the
/// password again: else a stranger could register a victim's address with a password of their own, and wait for the victim to press the button (Sudhodanan
/// and Paverd, "Pre-hijacked accounts", 2022).
/// </remarks>
internal sealed class Registration(Database database, Links links, LinkMails mails, NewPassword passwords, FlowCookie browsers, RateLimits limits, AuditTrail audit,
    ServerOptions options, TimeProvider time, ILogger<Registration> logger)
{
    private const string Kind = TokenKinds.Registration;

    /// <summary>True when it is offered.</summary>
    public bool IsOn => options.Accounts.SelfRegistration && mails.IsOn;

    /// <summary>Takes note of the wish. Done: look into the mailbox.</summary>
    public async Task<LinkResult> RequestAsync(HttpContext context, string? email, string? password, CancellationToken cancellationToken)
    {
        if (!IsOn) return new LinkResult.Ended();
        if (limits.SelfService(context.Connection.RemoteIpAddress) is var wait and > 0) return new LinkResult.Throttled(wait);
        if (EmailAddress.Read(email) is not { } address) return new LinkResult.NameRefused("email", NameProblem.NoAddress);
        if (AccountNames.ExamineAddress(address) is { } wrong) return new LinkResult.NameRefused("email", wrong);
        if (passwords.Problem(password ?? string.Empty, address) is { } problem) return new LinkResult.PasswordRefused(problem);
        string hash;
        try
        {
            hash = await passwords.HashAsync(password!, cancellationToken); // of every password, needed or not
        }
        catch (HashingBusyException busy)
        {
            return NewPassword.Later(busy);
        }

        var payload = new LinkPayload { Email = address, PasswordHash = hash, Browser = browsers.Require(context) };
        await database.WriteAsync(async (sql, stop) =>
        {
            var mayBeSent = await mails.TryTakeAsync(sql, address, stop);
            await AskAsync(sql, payload, await NewAccount.FindTakenAsync(sql, address, address, stop) is not null, mayBeSent, stop);
            await audit.WriteAsync(sql, new AuditEntry(Log.RegistrationAsked).From(context), stop); // of nobody: the address is not proven to be anybody's
            return true;
        }, cancellationToken);
        logger.LogRegistrationAsked(context.Connection.RemoteIpAddress?.ToString() ?? "unknown");
        return new LinkResult.Done();
    }

    /// <summary>The address that the link would make an account for, and whether the password has to be typed again; null when it opens nothing.</summary>
    public async Task<(string Email, bool AsksPassword)?> FindAsync(HttpContext context, string? token, CancellationToken cancellationToken) =>
        IsOn && await links.FindAsync(Kind, token, cancellationToken) is { Payload: { Email: { } email } payload } ? (email, payload.Browser != browsers.Read(context)) : null;

    /// <summary>Makes the account, once.</summary>
    public async Task<LinkResult> CompleteAsync(HttpContext context, string? token, string? password, CancellationToken cancellationToken)
    {
        if (limits.SelfService(context.Connection.RemoteIpAddress) is var wait and > 0) return new LinkResult.Throttled(wait);
        if (!IsOn || await links.FindAsync(Kind, token, cancellationToken) is not { Payload: { Email: { } email, PasswordHash: { } hash } payload }) return new LinkResult.Ended();
        try
        {
            if (payload.Browser != browsers.Read(context) && !await passwords.VerifyAsync(hash, password ?? string.Empty, cancellationToken))
                return new LinkResult.PasswordRefused(PasswordProblem.NotChosen);
        }
        catch (HashingBusyException busy)
        {
            return NewPassword.Later(busy);
        }

        var id = await database.WriteAsync(async (sql, stop) =>
        {
            await NewAccount.OrderAsync(sql, stop);
            if (await NewAccount.FindTakenAsync(sql, email, email, stop) is not null || !await links.ConsumeAsync(sql, Kind, token!, stop)) return null;
            var made = await new NewAccount { UserName = email, Email = email, EmailVerified = true, PasswordHash = hash, RoleIds = await RoleIds.FindAsync(sql, options.Accounts.RegistrationRoles, stop) }
                .AddAsync(sql, time.GetUtcNow(), stop);
            await audit.WriteAsync(sql, new AuditEntry(Log.Registered) { Actor = made, UserId = made }.From(context), stop);
            return made;
        }, cancellationToken);
        if (id is null) return new LinkResult.Ended();

        logger.LogRegistered(id);
        return new LinkResult.Done();
    }

    // A link that is never sent opens nothing: its secret is known to nobody.
    private async ValueTask AskAsync(SqlSession sql, LinkPayload payload, bool isTaken, bool mayBeSent, CancellationToken cancellationToken)
    {
        var lifetime = options.Accounts.LinkLifetime;
        var text = MailTexts.For();
        var link = await links.AddAsync(sql, Kind, Paths.VerifyEmailPage, null, payload, lifetime, cancellationToken);
        var message = isTaken ? mails.WriteTaken(payload.Email!, text) : mails.Write(nameof(Registration), payload.Email!, link, lifetime, text);
        if (mayBeSent) await mails.SendAsync(sql, nameof(Registration), message, lifetime, cancellationToken);
        else await mails.SendNothingAsync(sql, nameof(Registration), message, lifetime, cancellationToken);
    }
}
