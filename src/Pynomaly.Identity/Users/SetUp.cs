using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>The first administrator: while there is none, whoever holds the one-time link that the server printed may become it. No default password exists.</summary>
internal sealed class SetUp(
    Database database, Passwords passwords, HashingQueue hashing, PendingSignIns pending, AuditTrail audit, ServerOptions options, TimeProvider time, ILogger<SetUp> logger)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>True while this server has no owner (<see cref="Owners"/>).</summary>
    public async ValueTask<bool> IsNeededAsync(CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await IsNeededAsync(session, cancellationToken);
    }

    /// <summary>The same within a session that is open already.</summary>
    public static async ValueTask<bool> IsNeededAsync(SqlSession session, CancellationToken cancellationToken) =>
        !await Owners.AnyAsync(session, cancellationToken);

    /// <summary>A fresh link for setting up the first administrator, good for an hour and for one use; null when there is an administrator.</summary>
    public async Task<string?> LinkAsync(CancellationToken cancellationToken)
    {
        if (!await IsNeededAsync(cancellationToken)) return null;
        var secret = Secrets.Create();
        var now = time.GetUtcNow();
        await database.WriteAsync((session, stop) => OneTimeTokens.AddAsync(session, new Token
        {
            Id = Secrets.Hash(TokenKinds.SetUp, secret), Kind = TokenKinds.SetUp, Created = now, Expires = now + Lifetime,
        }, stop), cancellationToken);
        return $"{options.Url(Paths.SetUpPage)}?token={secret}";
    }

    /// <summary>Whether the link's token still opens the set-up page.</summary>
    public async ValueTask<bool> IsAliveAsync(string token, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await OneTimeTokens.FindAsync(session, Secrets.Hash(TokenKinds.SetUp, token), TokenKinds.SetUp, cancellationToken) is { Consumed: null } row
            && row.Expires > time.GetUtcNow() && await IsNeededAsync(session, cancellationToken);
    }

    /// <summary>Creates the first administrator, whose sign-in goes on with adding a second factor. The link, and that there is none yet, are decided in the one transaction that adds the account.</summary>
    public async Task<SetUpResult> CompleteAsync(HttpContext context, string token, string userName, string email, string password, CancellationToken cancellationToken)
    {
        if (!await IsAliveAsync(token, cancellationToken)) return new SetUpResult.LinkEnded();
        var refused = new SetUpResult.Refused
        {
            UserName = AccountNames.Examine(userName), Email = AccountNames.ExamineAddress(email), Password = new PasswordRules(options.Passwords).Check(password, userName, email),
        };
        if (refused is not { UserName: null, Email: null, Password: [] }) return refused;

        string hash;
        try
        {
            hash = await hashing.RunAsync(() => passwords.Hash(password), cancellationToken);
        }
        catch (HashingBusyException busy)
        {
            return new SetUpResult.Busy((int)busy.RetryAfter.TotalSeconds);
        }

        var result = await database.WriteAsync<(string? Id, string? Stamp, SetUpResult? Refusal)>(async (session, stop) =>
        {
            var now = time.GetUtcNow();

            // Two links used at once would each find no administrator: on PostgreSQL one comes after the other.
            await Owners.OrderAsync(session, stop);
            if (await NewAccount.FindTakenAsync(session, userName, email, stop) is not null) return (null, null, new SetUpResult.Refused { UserName = NameProblem.Taken });
            if (!await IsNeededAsync(session, stop) || !await OneTimeTokens.ConsumeAsync(session, Secrets.Hash(TokenKinds.SetUp, token), TokenKinds.SetUp, now, stop)) return (null, null, new SetUpResult.LinkEnded());
            if (await Owners.FindRoleAsync(session, stop) is not { } role) return (null, null, new SetUpResult.RoleMissing());
            var id = await new NewAccount { UserName = userName, Email = email, PasswordHash = hash, RoleIds = [role] }.AddAsync(session, now, stop);
            await audit.WriteAsync(session, new AuditEntry(Log.AdministratorCreated) { Actor = id, UserId = id }.From(context), stop);
            return (id, await AccountStamp.ReadAsync(session, id, stop), null);
        }, cancellationToken);
        if (result.Refusal is { } refusal) return refusal;

        logger.LogAdministratorCreated(result.Id!);
        var begun = new PendingSignIn
        {
            Handle = string.Empty, UserId = result.Id!, Amr = [AuthenticationMethods.Password], AuthTime = time.GetUtcNow(), Level = AuthenticationLevels.TwoFactors, MustEnrol = true,
            Stamp = result.Stamp,
        };
        return new SetUpResult.Succeeded(await pending.CreateAsync(context, begun, cancellationToken));
    }
}
