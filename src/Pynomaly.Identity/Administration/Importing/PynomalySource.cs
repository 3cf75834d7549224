using System.Text.Json;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration.Importing;

/// <summary>Pynomaly's own tables: users, roles, permissions, and what joins them. Passwords are passlib's, with bcrypt.</summary>
internal static class PynomalySource
{
    /// <summary>The records: roles, then people.</summary>
    public static IEnumerable<ImportedRecord> Read(ImportTables tables)
    {
        var permissions = tables.Rows(["permissions"]).Where(row => row.Text("id") is not null).GroupBy(row => row.Text("id")!, StringComparer.Ordinal)
            .ToDictionary(one => one.Key, one => NameOf(one.First()), StringComparer.Ordinal);
        var granted = tables.Rows(["role_permissions"]).ToLookup(row => row.Text("role_id"), row => permissions.GetValueOrDefault(row.Text("permission_id") ?? ""), StringComparer.Ordinal);
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (var row in tables.Rows(["roles"]))
        {
            var name = row.Text("name");
            if (row.Text("id") is { } id && name is not null) names[id] = name;
            if (row.Problem is not null || name is null) yield return new RefusedRecord(row.Place, ImportWords.Malformed, row.Problem);
            else yield return new ImportedRole(row.Place, name, row.Text("description"), [.. Texts(row.Text("permissions")).Concat(granted[row.Text("id")].OfType<string>()).Distinct(StringComparer.Ordinal)]);
        }

        var given = tables.Rows(["user_roles"]).ToLookup(row => row.Text("user_id"), row => names.GetValueOrDefault(row.Text("role_id") ?? ""), StringComparer.Ordinal);
        foreach (var row in tables.Rows(["users"], "username", "email")) yield return PersonOf(row, given[row.Text("id")].OfType<string>());
        var keys = tables.Rows(["api_keys"]).FirstOrDefault();
        if (keys is not null) yield return new RefusedRecord(keys.Place, ImportWords.ApiKeys, IsSkipped: true);
    }

    private static ImportedRecord PersonOf(ImportRow row, IEnumerable<string> given)
    {
        if (row.Problem is not null) return new RefusedRecord(row.Place, ImportWords.Malformed, row.Problem);
        if ((row.Text("username") ?? row.Text("email")) is not { } name) return new RefusedRecord(row.Place, ImportWords.NoName);
        var status = row.Text("status")?.ToLowerInvariant();
        var person = new ImportedPerson(row.Place, name)
        {
            Email = row.Text("email"), EmailVerified = row.Text("email_verified_at") is not null || row.Flag("email_verified") == true || row.Flag("is_verified") == true,
            IsDisabled = row.Flag("is_active") == false || row.Flag("disabled") == true || status is "inactive" or "suspended" or "deactivated" or "disabled" or "locked" or "deleted",
            Roles = [.. given.Concat(Texts(row.Text("roles", "role"))).Distinct(StringComparer.Ordinal)],
        };
        person.Claims["given_name"] = row.Text("first_name");
        person.Claims["family_name"] = row.Text("last_name");
        person.Claims["name"] = row.Text("full_name") ?? (person.Claims["given_name"] is { } first && person.Claims["family_name"] is { } last ? $"{first} {last}" : null);
        if (row.Text("password_hash", "hashed_password") is not { } hash) person.Notes.Add((ImportWords.PasswordNone, null));
        else if ((person.PasswordHash = ForeignHashes.OfPasslib(hash)) is null) person.Notes.Add((ImportWords.PasswordNotKept, null));
        if (row.Text("totp_secret", "mfa_secret") is { } seed && (row.Flag("mfa_enabled") ?? row.Flag("totp_enabled") ?? true))
        {
            if (Base32.TryDecode(seed) is { Length: >= TotpSeeds.ShortestImport and <= TotpSeeds.LongestImport } bytes) person.Seeds.Add(("Pynomaly", bytes));
            else person.Notes.Add((ImportWords.FactorNotKept, null));
        }

        if (row.Text("backup_codes") is { Length: > 2 }) person.Notes.Add((ImportWords.FactorLost, null));
        return person;
    }

    private static string? NameOf(ImportRow permission) => permission.Text("name") is { } name && name.Contains(':', StringComparison.Ordinal) ? name
        : permission.Text("action") is { } action && permission.Text("resource") is { } resource ? $"{action}:{resource}" : permission.Text("name");

    // A JSON list, a list with commas, or one.
    private static string[] Texts(string? text)
    {
        if (text is null) return [];
        if (!text.StartsWith('[')) return text.Split([',', ';', '|'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        try
        {
            using var document = JsonDocument.Parse(text);
            return [.. document.RootElement.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Object && item.TryGetProperty("name", out var name) ? ImportTables.TextOf(name) : ImportTables.TextOf(item)).OfType<string>()];
        }
        catch (JsonException)
        {
            return [text]; // no role has such a name: it is reported
        }
    }
}
