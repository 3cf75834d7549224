using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration;

/// <summary>The accounts. Configuration files only ever add to them.</summary>
internal static class Users
{
    private const int MostPlain = 100;

    /// <summary>Whether the person comes with a password that is still to be hashed.</summary>
    public static bool IsPlain(UserEntry entry) => entry.Password is { } password && !Passwords.IsHash(password);

    /// <summary>Which of the file's users do not exist yet: their passwords are worth hashing.</summary>
    public static async ValueTask<List<UserEntry>> MissingAsync(SqlSession session, ConfigurationFile file, CancellationToken cancellationToken)
    {
        List<UserEntry> missing = [];
        foreach (var entry in file.Users)
        {
            var normalized = UserNames.Normalize(entry.UserName);
            if (await session.FirstAsync("SELECT COUNT(*) FROM users WHERE normalized_user_name = $1", row => row.GetInt64(0), cancellationToken, normalized) == 0) missing.Add(entry);
        }

        return missing;
    }

    /// <summary>Compares the file's users with the accounts there are; "hashes" are the new passwords', by user name, null while only planning.</summary>
    public static async ValueTask CompareAsync(SqlSession session, ConfigurationFile file, Dictionary<string, (string Id, List<string> Permissions)> roles, IReadOnlyDictionary<string, string>? hashes,
        PasswordRules rules, TotpSeeds seeds, DateTimeOffset now, ChangeSet changes, CancellationToken cancellationToken)
    {
        foreach (var entry in file.Users)
            foreach (var role in entry.Roles)
                if (!roles.ContainsKey(role.ToUpperInvariant())) throw (entry.Node with { Place = $"{entry.Node.Place}.roles" }).Wrong($"there is no role \"{role}\"");

        var added = await MissingAsync(session, file, cancellationToken);
        if (added.Where(entry => !entry.Node.Source.IsHere && IsPlain(entry)).Skip(MostPlain).FirstOrDefault() is { } beyond)
            throw (beyond.Node with { Place = $"{beyond.Node.Place}.password" }).Wrong($"more than {MostPlain} new people come with a plain password, and each takes long to hash. Send password hashes, send the people in several files, or bring them in by the command import");
        var missing = added.Select(entry => entry.UserName).ToHashSet(StringComparer.Ordinal);
        var granted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in file.Users)
        {
            if (!missing.Contains(entry.UserName))
            {
                changes.KeepPerson(entry.UserName);
                continue;
            }

            await RefuseTakenAsync(session, entry, cancellationToken);
            if (IsPlain(entry) && rules.Check(entry.Password!, entry.UserName, entry.Email, entry.Profile.Name) is [var problem, ..])
                throw (entry.Node with { Place = $"{entry.Node.Place}.password" }).Wrong(problem.Message);
            changes.AddPerson(entry.UserName, GuardOf(entry, roles, granted), (open, stop) => AddAsync(open, entry, roles, hashes?.GetValueOrDefault(entry.UserName), seeds, now, stop));
        }
    }

    // "granted": roles that this operator was found to be allowed to give, so that each is looked at once and not for every person.
    private static ChangeSet.Guard GuardOf(UserEntry entry, Dictionary<string, (string Id, List<string> Permissions)> roles, HashSet<string> granted) => (who, _, _) =>
    {
        who.RequireConfirmed(ManagementPermissions.ManageUsers);
        if (entry.Roles.Count > 0) who.RequireConfirmed(ManagementPermissions.AssignRoles);
        foreach (var role in entry.Roles.Select(role => role.ToUpperInvariant()).Where(role => !granted.Contains(role)))
        {
            who.RequireToGrant(roles[role].Permissions);
            granted.Add(role);
        }

        return ValueTask.CompletedTask;
    };

    // People sign in by name or by address: one text must never mean two accounts.
    private static async ValueTask RefuseTakenAsync(SqlSession session, UserEntry entry, CancellationToken cancellationToken)
    {
        var name = UserNames.Normalize(entry.UserName);
        var email = entry.Email is null ? null : UserNames.Normalize(entry.Email);
        var taken = await session.FirstAsync("SELECT user_name FROM users WHERE normalized_email = $1 OR normalized_user_name = $2 OR normalized_email = $2",
            row => row.GetString(0), cancellationToken, name, email ?? name);
        if (taken is not null) throw entry.Node.Wrong($"the name or e-mail address belongs to the account {taken} already");
    }

    private static async ValueTask AddAsync(SqlSession session, UserEntry entry, Dictionary<string, (string Id, List<string> Permissions)> roles, string? hash, TotpSeeds seeds, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = await new NewAccount
        {
            UserName = entry.UserName, Email = entry.Email, EmailVerified = entry.EmailVerified, PhoneNumber = entry.PhoneNumber, PhoneNumberVerified = entry.PhoneNumberVerified,
            Profile = entry.Profile, IsDisabled = entry.IsDisabled, PasswordHash = hash, RoleIds = entry.Roles.Select(role => roles[role.ToUpperInvariant()].Id).ToArray(),
        }.AddAsync(session, now, cancellationToken);
        if (entry.TotpSeed is { } seed) await TotpSeeds.AddAsync(session, seeds.Create(id, "Authenticator app", seed, now), cancellationToken);
    }
}
