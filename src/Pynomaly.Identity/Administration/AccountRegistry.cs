using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Mail;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration;

/// <summary>Makes accounts, changes what stands in them, and makes the one-time links by which people set passwords or get rid of lost second factors.</summary>
internal sealed class AccountRegistry(
    Database database, Invitations invitations, PasswordReset resets, FactorRecovery recovery, Notices notices, AuditTrail audit, TimeProvider time, ILogger<AccountRegistry> logger)
{
    /// <summary>Invites somebody, who chooses name and password by the link. It is sent when there is e-mail, and answered in any case.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed (with roles), invalid.</exception>
    public Task<string> InviteAsync(Operator who, string email, IReadOnlyList<string> roles, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ManageUsers);
        if (EmailAddress.Read(email) is not { } address || AccountNames.ExamineAddress(address) is not null) throw AdministrationException.Invalid("email", "no_address", $"This is not an e-mail address");
        return database.WriteAsync(async (sql, stop) =>
        {
            await RequireToGiveAsync(sql, who, roles, stop);
            if (await NewAccount.FindTakenAsync(sql, address, address, stop) is { } taken) throw AdministrationException.Invalid("email", "taken", $"The account \"{taken}\" has this address already");
            return await invitations.AddAsync(sql, address, roles, who.Entry(Invitations.Event), stop);
        }, cancellationToken);
    }

    /// <summary>Makes an account without a password, and the link by which its person sets one.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed (with roles), invalid.</exception>
    public async Task<CreatedPerson> CreateAsync(Operator who, NewPerson person, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ManageUsers);
        var email = string.IsNullOrWhiteSpace(person.Email) ? null : person.Email.Trim();
        Refuse([.. ProblemsOf(person.UserName, email), .. ProfileEdit.Problems(person.Claims)]);
        var now = time.GetUtcNow();
        var made = await database.WriteAsync(async (sql, stop) =>
        {
            var roles = await RequireToGiveAsync(sql, who, person.Roles, stop);
            await NewAccount.OrderAsync(sql, stop);
            if (await NewAccount.FindTakenAsync(sql, person.UserName, email, stop) is { } taken) throw AdministrationException.Invalid("username", "taken", $"The account \"{taken}\" has this name or address already");
            var (profile, phone) = ProfileEdit.Apply(new UserProfile(), null, person.Claims);
            var id = await new NewAccount { UserName = person.UserName, Email = email, EmailVerified = email is not null && person.EmailVerified, PhoneNumber = phone, Profile = profile, RoleIds = roles }
                .AddAsync(sql, now, stop);
            await audit.WriteAsync(sql, who.Entry(Log.Created) with { UserId = id, Detail = Details.Of("roles", person.Roles) }, stop);
            return new CreatedPerson(id, (await resets.WelcomeAsync(sql, id, person.UserName, email, profile.Locale, stop))!);
        }, cancellationToken);
        Log.UserCreated(logger, made.Id, who.Id);
        return made;
    }

    /// <summary>Changes names, address and claims. Another address ends the links that were sent to the old one, which is told.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed (address), not found, invalid, changed.</exception>
    public async Task ChangeAsync(Operator who, string userId, PersonChange change, string? expected, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ManageUsers);
        if (change.Email is not null || change.EmailVerified is true) who.RequireConfirmed(); // whoever names the mailbox can have a new password sent to it
        if (who.Id == userId && change.EmailVerified is true) throw AdministrationException.Forbidden("own_address", $"Nobody vouches for their own address: a link to it proves it"); // AD-05
        var email = change.Email?.Trim();
        Refuse([.. ProblemsOf(change.UserName, email is "" ? null : email), .. ProfileEdit.Problems(change.Claims)]);
        var what = await database.WriteAsync(async (sql, stop) =>
        {
            await NewAccount.OrderAsync(sql, stop);
            var account = (await TouchedAccount.RequireAsync(sql, who, userId, expected, stop)).Account;
            List<string> changed = [];
            if (change.UserName is { } name && name != account.UserName)
            {
                await RefuseTakenAsync(sql, userId, "username", name, stop);
                await sql.ExecuteAsync("UPDATE users SET user_name = $1, normalized_user_name = $2 WHERE id = $3", stop, name, UserNames.Normalize(name), userId);
                changed.Add("username");
            }

            if (email is not null && email != (account.Email ?? ""))
            {
                if (email.Length > 0) await RefuseTakenAsync(sql, userId, "email", email, stop);
                await notices.AddAsync(sql, userId, NoticeKind.EmailChanged, null, email, false, stop); // no link: the old mailbox may be why
                await sql.ExecuteAsync("UPDATE users SET email = $1, normalized_email = $2, email_confirmed = $3, security_stamp = $4 WHERE id = $5", stop,
                    email.Length == 0 ? null : email, email.Length == 0 ? null : UserNames.Normalize(email), email.Length > 0 && change.EmailVerified is true, Secrets.CreateId(), userId);
                await SecurityChanges.EndLinksAsync(sql, userId, time.GetUtcNow(), stop);
                changed.Add("email");
            }
            else if (change.EmailVerified is { } verified && account.Email is not null && verified != account.EmailVerified)
            {
                await sql.ExecuteAsync("UPDATE users SET email_confirmed = $1 WHERE id = $2", stop, verified, userId);
                changed.Add("email_verified");
            }

            var (profile, phone) = ProfileEdit.Apply(account.Profile, account.PhoneNumber, change.Claims);
            if (profile != account.Profile || phone != account.PhoneNumber)
            {
                await sql.ExecuteAsync("UPDATE users SET profile = $1 WHERE id = $2", stop, JsonSerializer.Serialize(profile, StorageJson.Default.UserProfile), userId);
                if (phone != account.PhoneNumber) await sql.ExecuteAsync("UPDATE users SET phone_number = $1, phone_number_confirmed = $2 WHERE id = $3", stop, phone, false, userId);
                changed.AddRange(change.Claims.Keys);
            }

            if (changed.Count == 0) return changed;
            await sql.ExecuteAsync("UPDATE users SET updated = $1 WHERE id = $2", stop, time.GetUtcNow(), userId);
            await audit.WriteAsync(sql, who.Entry(Log.Changed) with { UserId = userId, Detail = Details.Of("what", changed) }, stop);
            return changed;
        }, cancellationToken);
        if (what.Count > 0) Log.UserChanged(logger, userId, who.Id, string.Join(' ', what));
    }

    /// <summary>Makes a link by which the person sets a new password.</summary>
    /// <returns>The link when it is handed over; null: it was sent.</returns>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, not found; conflict: the account is disabled, or has no proven address to send it to.</exception>
    public Task<string?> ResetPasswordAsync(Operator who, string userId, LinkDelivery delivery, CancellationToken cancellationToken) =>
        LinkAsync(who, userId, delivery, PasswordReset.Event, resets.LinkAsync, cancellationToken);

    /// <summary>Makes a link that takes the person's lost second factors away.</summary>
    /// <returns>The link when it is handed over; null: it was sent.</returns>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, not found; conflict: the account is disabled, or has no proven address to send it to.</exception>
    public Task<string?> ResetFactorsAsync(Operator who, string userId, LinkDelivery delivery, CancellationToken cancellationToken) =>
        LinkAsync(who, userId, delivery, FactorRecovery.Event, recovery.LinkAsync, cancellationToken);

    private Task<string?> LinkAsync(Operator who, string userId, LinkDelivery delivery, EventId happened,
        Func<SqlSession, Account, bool, CancellationToken, ValueTask<string?>> make, CancellationToken cancellationToken)
    {
        who.RequireConfirmed(ManagementPermissions.ManageUsers);
        return database.WriteAsync(async (sql, stop) =>
        {
            var account = (await TouchedAccount.RequireAsync(sql, who, userId, null, stop)).Account;
            if (account.IsDisabled) throw AdministrationException.Conflict("account_disabled", $"The account is disabled");
            if (delivery == LinkDelivery.Mail && (!resets.IsOn || account is not { Email: not null, EmailVerified: true }))
                throw AdministrationException.Conflict("no_mail", $"There is no proven e-mail address to send it to, or this server sends none. Hand the link over, after making sure who asks");
            var link = await make(sql, account, delivery == LinkDelivery.Mail, stop);
            await audit.WriteAsync(sql, who.Entry(happened) with { UserId = userId, Detail = Details.Of("delivery", delivery == LinkDelivery.Mail ? "mail" : "hand") }, stop);
            return delivery == LinkDelivery.Mail ? null : link;
        }, cancellationToken);
    }

    // Roles that are given with an account are given by the same rules as later.
    private static async ValueTask<IReadOnlyList<string>> RequireToGiveAsync(SqlSession sql, Operator who, IReadOnlyList<string> roles, CancellationToken cancellationToken)
    {
        List<string> ids = [];
        foreach (var name in roles) ids.Add((await StoredRole.RequireToGiveAsync(sql, who, name, cancellationToken)).Id);
        return ids;
    }

    private static async ValueTask RefuseTakenAsync(SqlSession sql, string userId, string field, string text, CancellationToken cancellationToken)
    {
        if (await sql.FirstAsync("SELECT user_name FROM users WHERE (normalized_user_name = $1 OR normalized_email = $1) AND id <> $2", row => row.Text(0), cancellationToken, UserNames.Normalize(text), userId) is { } taken)
            throw AdministrationException.Invalid(field, "taken", $"The account \"{taken}\" has this name or address already");
    }

    private static IEnumerable<FieldProblem> ProblemsOf(string? userName, string? email)
    {
        if (userName is not null && (EmailAddress.Read(userName) is null ? AccountNames.Examine(userName) : AccountNames.ExamineAddress(userName)) is { } name) yield return new("username", name.Code, $"The user name {name.Message}");
        if (email is not null && AccountNames.ExamineAddress(email) is { } address) yield return new("email", address.Code, $"The address {address.Message}");
    }

    private static void Refuse(IReadOnlyList<FieldProblem> problems)
    {
        if (problems.Count > 0) throw AdministrationException.Invalid(problems);
    }
}
