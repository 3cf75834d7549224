using System.Globalization;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration.Importing;

/// <summary>The tables of ASP.NET Core Identity: AspNetUsers, AspNetRoles, AspNetUserRoles, and of AspNetUserTokens the authenticator keys.</summary>
internal static class AspNetSource
{
    /// <summary>The records: roles, then people.</summary>
    public static IEnumerable<ImportedRecord> Read(ImportTables tables)
    {
        Dictionary<string, string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach (var row in tables.Rows(["AspNetRoles", "roles"]))
        {
            if (row.Problem is not null || row.Text("Name") is not { } name)
            {
                yield return new RefusedRecord(row.Place, ImportWords.Malformed, row.Problem);
                continue;
            }

            if (row.Text("Id") is { } id) names[id] = name;
            yield return new ImportedRole(row.Place, name, null, []);
        }

        var given = tables.Rows(["AspNetUserRoles", "user_roles", "userroles"]).ToLookup(row => row.Text("UserId"), row => names.GetValueOrDefault(row.Text("RoleId") ?? ""), StringComparer.OrdinalIgnoreCase);
        var tokens = tables.Rows(["AspNetUserTokens", "usertokens"]).Where(row => row.Text("LoginProvider") == "[AspNetUserStore]")
            .ToLookup(row => row.Text("UserId"), row => (Name: row.Text("Name"), Value: row.Text("Value")), StringComparer.OrdinalIgnoreCase);
        var logins = tables.Rows(["AspNetUserLogins", "userlogins"]).Select(row => row.Text("UserId")).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var claims = tables.Rows(["AspNetUserClaims", "userclaims"]).Select(row => row.Text("UserId")).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var row in tables.Rows(["AspNetUsers", "users"], "UserName", "NormalizedUserName", "PasswordHash"))
        {
            var id = row.Text("Id");
            var record = PersonOf(row, [.. given[id].OfType<string>()], [.. tokens[id]]);
            if (logins.Contains(id)) record.Notes.Add((ImportWords.External, null));
            if (claims.Contains(id)) record.Notes.Add((ImportWords.ExtraClaims, null));
            yield return record;
        }
    }

    private static ImportedRecord PersonOf(ImportRow row, IReadOnlyCollection<string> roles, IReadOnlyList<(string? Name, string? Value)> tokens)
    {
        if (row.Problem is not null) return new RefusedRecord(row.Place, ImportWords.Malformed, row.Problem);
        if ((row.Text("UserName") ?? row.Text("Email")) is not { } name) return new RefusedRecord(row.Place, ImportWords.NoName);
        var person = new ImportedPerson(row.Place, name)
        {
            Email = row.Text("Email"), EmailVerified = row.Flag("EmailConfirmed") == true, PhoneNumberVerified = row.Flag("PhoneNumberConfirmed") == true, Roles = roles,
            // That is how people are shut out there: locked until the end of time.
            IsDisabled = DateTimeOffset.TryParse(row.Text("LockoutEnd"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) && end.Year >= 2900,
        };
        person.Claims["phone_number"] = row.Text("PhoneNumber");
        if (row.Text("PasswordHash") is not { } hash) person.Notes.Add((ImportWords.PasswordNone, null));
        else if ((person.PasswordHash = ForeignHashes.OfAspNet(hash)) is null) person.Notes.Add((ImportWords.PasswordNotKept, null));
        if (row.Flag("TwoFactorEnabled") != true) return person;
        foreach (var (kind, value) in tokens)
        {
            if (kind == "RecoveryCodes") person.Notes.Add((ImportWords.FactorLost, null));
            if (kind != "AuthenticatorKey") continue;
            if (value is not null && Base32.TryDecode(value) is { Length: >= TotpSeeds.ShortestImport and <= TotpSeeds.LongestImport } seed) person.Seeds.Add(("Authenticator", seed));
            else person.Notes.Add((ImportWords.FactorNotKept, null));
        }

        return person;
    }
}
