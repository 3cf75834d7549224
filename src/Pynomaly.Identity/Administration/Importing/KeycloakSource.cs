using System.Text;
using System.Text.Json;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration.Importing;

/// <summary>A realm that Keycloak exported ("kc.sh export --users realm_file", or with files of users beside it).</summary>
internal static class KeycloakSource
{
    private static readonly string[] OwnRoles = ["offline_access", "uma_authorization"];
    private static readonly string[] OwnClients = ["account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console"];

    /// <summary>The records: roles, scopes, clients, people.</summary>
    public static IEnumerable<ImportedRecord> Read(IReadOnlyList<(string Name, JsonElement Root)> files)
    {
        KeycloakRoles roles = new(files.Select(file => file.Root));
        KeycloakNames names = new(files.Select(file => file.Root));
        foreach (var (file, root) in files)
        {
            foreach (var (role, place) in Items(root, file, "roles", "realm"))
            {
                var name = Text(role, "name");
                if (name is null) yield return new RefusedRecord(place, ImportWords.Malformed);
                else if (IsOwn(name)) yield return new RefusedRecord(place, ImportWords.BuiltIn, IsSkipped: true);
                else yield return new ImportedRole(place, name, Text(role, "description"), []);
            }

            foreach (var (client, role, place) in RolesOfClients(root, file))
            {
                if (Text(role, "name") is not { } name) yield return new RefusedRecord(place, ImportWords.Malformed);
                else if (OwnClients.Contains(client)) yield return new RefusedRecord(place, ImportWords.BuiltIn, IsSkipped: true);
                else if (names.IsShared($"{client}/{name}")) yield return new RefusedRecord(place, ImportWords.RoleAmbiguous);
                else yield return new ImportedRole(place, NameOfClientRole($"{client}/{name}"), Text(role, "description"), []);
            }

            foreach (var (scope, place) in Items(root, file, "clientScopes")) yield return KeycloakClients.ScopeOf(scope, place);
            foreach (var (client, place) in Items(root, file, "clients")) yield return KeycloakClients.ClientOf(client, place);
            foreach (var (user, place) in Items(root, file, "users")) yield return PersonOf(user, place, roles, names);
        }
    }

    /// <summary>A member as text.</summary>
    public static string? Text(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && ImportTables.TextOf(value) is { Length: > 0 } text ? text : null;

    /// <summary>A member that is true.</summary>
    public static bool Flag(JsonElement item, string name) => item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>The texts of a member that is a list.</summary>
    public static IEnumerable<string> Texts(JsonElement item, string name) => List(item, name).Select(ImportTables.TextOf).OfType<string>();

    /// <summary>The items of a member that is a list.</summary>
    public static IEnumerable<JsonElement> List(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    /// <summary>Whether the role is Keycloak's own.</summary>
    public static bool IsOwn(string role) => OwnRoles.Contains(role) || role.StartsWith("default-roles-", StringComparison.Ordinal);

    /// <summary>The role here that stands for "client/role" there: a role is everybody's here, so the client's name stands before it.</summary>
    public static string NameOfClientRole(string there) => there.Replace('/', '.');

    private static IEnumerable<(string Client, JsonElement Role, string Place)> RolesOfClients(JsonElement root, string file) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("roles", out var roles) && roles.ValueKind == JsonValueKind.Object && roles.TryGetProperty("client", out var clients) && clients.ValueKind == JsonValueKind.Object
            ? clients.EnumerateObject().SelectMany(client => List(clients, client.Name).Select((role, number) => (client.Name, role, $"{file}, roles.client.{client.Name}[{number}]")))
            : [];

    private static IEnumerable<(JsonElement Item, string Place)> Items(JsonElement root, string file, params string[] path)
    {
        foreach (var name in path[..^1])
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(name, out root)) return [];
        return List(root, path[^1]).Select((item, number) => (item, $"{file}, {string.Join('.', path)}[{number}]"));
    }

    private static ImportedRecord PersonOf(JsonElement user, string place, KeycloakRoles roles, KeycloakNames names)
    {
        if (Text(user, "serviceAccountClientId") is not null) return new RefusedRecord(place, ImportWords.BuiltIn, IsSkipped: true); // the client itself holds what it may here
        if (Text(user, "username") is not { } name) return new RefusedRecord(place, ImportWords.NoName);
        var (realm, ofClients) = roles.Of(user);
        var person = new ImportedPerson(place, name)
        {
            Email = Text(user, "email"), EmailVerified = Flag(user, "emailVerified"), IsDisabled = user.TryGetProperty("enabled", out var enabled) && enabled.ValueKind == JsonValueKind.False, Roles = [.. realm.Where(role => !names.IsUnclear(role))],
            ClientRoles = [.. ofClients.Where(role => !names.IsUnclear(role))], RolesToMap = [.. ofClients.Where(names.IsShared)],
        };
        foreach (var role in ofClients.Concat(realm).Distinct(StringComparer.Ordinal).Where(names.IsUnclear)) person.Notes.Add((ImportWords.RoleAmbiguous, ImportWriter.Printable(role)));
        person.Claims["given_name"] = Text(user, "firstName");
        person.Claims["family_name"] = Text(user, "lastName");
        person.Claims["name"] = person.Claims["given_name"] is { } given && person.Claims["family_name"] is { } family ? $"{given} {family}" : null;
        if (user.TryGetProperty("attributes", out var attributes))
        {
            person.Claims["locale"] = Texts(attributes, "locale").FirstOrDefault();
            person.Claims["phone_number"] = Texts(attributes, "phoneNumber").Concat(Texts(attributes, "phone_number")).FirstOrDefault();
        }

        ReadCredentials(person, user);
        if (List(user, "federatedIdentities").Any()) person.Notes.Add((ImportWords.External, null));
        if (Texts(user, "requiredActions").Contains("UPDATE_PASSWORD")) person.Notes.Add((ImportWords.MustChange, null));
        return person;
    }

    private static void ReadCredentials(ImportedPerson person, JsonElement user)
    {
        var (any, isArgon) = (false, false);
        foreach (var credential in List(user, "credentials"))
        {
            var (data, secret) = (Part(credential, "credentialData"), Part(credential, "secretData"));
            switch (Text(credential, "type"))
            {
                case "password":
                    any = true;
                    isArgon |= Text(data, "algorithm")?.StartsWith("argon2", StringComparison.Ordinal) is true;
                    person.PasswordHash ??= HashOf(credential, data, secret);
                    break;
                case "otp" or "totp":
                    if (SeedOf(data, secret) is { } seed) person.Seeds.Add((Text(credential, "userLabel") ?? "Authenticator", seed));
                    else person.Notes.Add((ImportWords.FactorNotKept, null));
                    break;
                default:
                    person.Notes.Add((ImportWords.FactorLost, null));
                    break;
            }
        }

        if (person.PasswordHash is null) person.Notes.Add((!any ? ImportWords.PasswordNone : isArgon ? ImportWords.PasswordArgon : ImportWords.PasswordNotKept, null));
    }

    // Since version 8 the data are JSON in texts; before, members of the credential itself.
    private static string? HashOf(JsonElement credential, JsonElement data, JsonElement secret) => data.ValueKind == JsonValueKind.Object
        ? ForeignHashes.OfKeycloak(Text(data, "algorithm"), Number(data, "hashIterations"), Text(secret, "salt"), Text(secret, "value"))
        : ForeignHashes.OfKeycloak(Text(credential, "algorithm"), Number(credential, "hashIterations"), Text(credential, "salt"), Text(credential, "hashedSaltedValue"));

    private static byte[]? SeedOf(JsonElement data, JsonElement secret)
    {
        if (Text(data, "subType") != "totp" || Number(data, "digits") != Totp.Digits || Number(data, "period") != 30 || Text(data, "algorithm") != "HmacSHA1" || Text(secret, "value") is not { Length: <= 256 } value) return null;
        var seed = Text(data, "secretEncoding") == "BASE32" ? Base32.TryDecode(value) : Encoding.UTF8.GetBytes(value); // without an encoding the text itself is the key
        return seed is { Length: >= TotpSeeds.ShortestImport and <= TotpSeeds.LongestImport } ? seed : null;
    }

    private static JsonElement Part(JsonElement credential, string name)
    {
        if (Text(credential, name) is not { Length: <= 8192 } text) return default;
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static long Number(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : 0;
}
