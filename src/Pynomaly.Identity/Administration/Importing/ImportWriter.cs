using System.Text.Json;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Mail;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration.Importing;

/// <summary>Takes records over, or says what would become of them. Only ever adds: nothing of what stands here already is changed.</summary>
internal sealed class ImportWriter(Operator who, ImportRequest request, ServerOptions options, TotpSeeds seeds)
{
    private const int LongestDescription = 500;
    private readonly Dictionary<string, bool> mayGive = new(StringComparer.Ordinal);

    /// <summary>Takes one over in the caller's transaction; a dry run only asks.</summary>
    public async ValueTask WriteAsync(SqlSession sql, ImportedRecord record, bool isTwice, ImportCatalogue catalogue, ImportOutcome outcome, DateTimeOffset now, CancellationToken cancellationToken)
    {
        switch (record)
        {
            case RefusedRecord { IsSkipped: true } skipped:
                outcome.Skip();
                outcome.Note(record, skipped.Code, skipped.Detail);
                break;
            case RefusedRecord refused:
                outcome.Refuse(record, refused.Code, refused.Detail);
                break;
            case ImportedPerson or ImportedClient when isTwice:
                outcome.Refuse(record, ImportWords.Twice);
                break;
            case ImportedPerson person:
                await WriteAsync(sql, person, catalogue, outcome, now, cancellationToken);
                break;
            case ImportedRole role:
                await WriteAsync(sql, role, catalogue, outcome, cancellationToken);
                break;
            case ImportedScope scope:
                await WriteAsync(sql, scope, catalogue, outcome, cancellationToken);
                break;
            case ImportedClient client:
                await WriteAsync(sql, client, catalogue, outcome, now, cancellationToken);
                break;
        }
    }

    private async ValueTask WriteAsync(SqlSession sql, ImportedPerson person, ImportCatalogue catalogue, ImportOutcome outcome, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if ((EmailAddress.Read(person.UserName) is null ? AccountNames.Examine(person.UserName) : AccountNames.ExamineAddress(person.UserName)) is { } name)
        {
            outcome.Refuse(person, ImportWords.Name, name.Message);
            return;
        }

        if (person.Email is { } email && AccountNames.ExamineAddress(email) is { } address)
        {
            outcome.Refuse(person, ImportWords.Address, address.Message);
            return;
        }

        var normalized = AccountNames.Normalize(person.UserName);
        var taken = await sql.ListAsync("SELECT normalized_user_name FROM users WHERE normalized_user_name IN ($1, $2) OR normalized_email IN ($1, $2) LIMIT 3", row => row.Text(0), cancellationToken,
            normalized, person.Email is null ? normalized : AccountNames.Normalize(person.Email));
        if (taken.Count > 0)
        {
            if (taken.Contains(normalized)) outcome.Skip();
            else outcome.Refuse(person, ImportWords.Taken);
            return;
        }

        foreach (var (code, detail) in person.Notes) outcome.Note(person, code, detail);
        var (profile, phone) = ProfileEdit.Apply(new UserProfile(), null, ClaimsOf(person, outcome));
        if (person.PasswordHash is { } hash)
        {
            outcome.Count("passwords");
            if (ForeignHashes.IsWeak(hash)) outcome.Note(person, ImportWords.PasswordWeak);
            if (Passwords.IsCostlier(hash, options.Passwords.BcryptCost)) outcome.Note(person, ImportWords.PasswordCostly);
        }

        var roles = RolesOf(person, catalogue, outcome);
        outcome.Create("people");
        foreach (var _ in person.Seeds.Take(Authenticators.Most)) outcome.Count("authenticators");
        if (request.IsDryRun) return;
        var id = await new NewAccount
        {
            UserName = person.UserName, Email = person.Email, EmailVerified = person.EmailVerified && person.Email is not null, PhoneNumber = phone, PhoneNumberVerified = phone is not null && person.PhoneNumberVerified,
            Profile = profile, IsDisabled = person.IsDisabled, PasswordHash = person.PasswordHash, RoleIds = roles,
        }.AddAsync(sql, now, cancellationToken);
        foreach (var (label, seed) in person.Seeds.Take(Authenticators.Most)) await TotpSeeds.AddAsync(sql, seeds.Create(id, FactorNames.Clean(label, "Authenticator"), seed, now), cancellationToken);
    }

    private static Dictionary<string, string?> ClaimsOf(ImportedPerson person, ImportOutcome outcome)
    {
        Dictionary<string, string?> claims = new(StringComparer.Ordinal);
        foreach (var (name, value) in person.Claims)
        {
            if (value?.Trim() is not { Length: > 0 } text) continue;
            if (ProfileClaim.Find(name)?.FindProblem(text) is { } problem) outcome.Note(person, ImportWords.Claim, $"{name}, {problem}");
            else claims[name] = text;
        }

        return claims;
    }

    private List<string> RolesOf(ImportedPerson person, ImportCatalogue catalogue, ImportOutcome outcome)
    {
        List<string> ids = [];
        foreach (var (there, isOfClientThere) in person.Roles.Select(role => (role, false)).Concat(person.ClientRoles.Select(role => (role, true))))
        {
            var isMapped = request.Roles.TryGetValue(there, out var here);
            if (here is "") continue; // mapped to nothing, on purpose
            if (!isMapped && isOfClientThere && person.RolesToMap.Contains(there))
            {
                outcome.Note(person, ImportWords.RoleAmbiguous, Printable(there));
                continue;
            }

            var isOfClient = !isMapped && isOfClientThere; // a slash stands in other names too
            if (catalogue.FindRole(here ?? (isOfClient ? KeycloakSource.NameOfClientRole(there) : there)) is not { } role) outcome.Note(person, isOfClient ? ImportWords.ClientRole : ImportWords.RoleUnknown, Printable(there));
            else if (!isMapped && ImportCatalogue.Manages(role.Patterns)) outcome.Note(person, ImportWords.RoleManages, Printable(there)); // never by the likeness of a name
            else if (!MayGive(role.Id, role.Patterns)) outcome.Note(person, ImportWords.RoleNotYours, Printable(there));
            else if (!ids.Contains(role.Id)) ids.Add(role.Id);
        }

        return ids;
    }

    private async ValueTask WriteAsync(SqlSession sql, ImportedRole role, ImportCatalogue catalogue, ImportOutcome outcome, CancellationToken cancellationToken)
    {
        if (request.Roles.ContainsKey(role.Name) || catalogue.FindRole(role.Name) is not null)
        {
            outcome.Skip();
            return;
        }

        if (!Rules.IsRoleName(role.Name))
        {
            outcome.Refuse(role, ImportWords.RoleName);
            return;
        }

        if (!who.Holds(ManagementPermissions.ManageRoles))
        {
            outcome.Refuse(role, ImportWords.RoleNotMade);
            return;
        }

        List<string> patterns = [];
        foreach (var pattern in role.Patterns)
        {
            if (PermissionPattern.IsWellFormed(pattern) && !ImportCatalogue.Manages([pattern])) patterns.Add(pattern);
            else outcome.Note(role, ImportWords.Pattern, Printable(pattern));
        }

        var id = Secrets.CreateId();
        catalogue.AddRole(id, role.Name, patterns);
        outcome.Create("roles", isCatalogue: true);
        if (request.IsDryRun) return;
        await sql.ExecuteAsync("INSERT INTO roles (id, name, normalized_name, concurrency_stamp, description, permissions, require_second_factor) VALUES ($1, $2, $3, $4, $5, $6, $7)", cancellationToken,
            id, role.Name, role.Name.ToUpperInvariant(), Secrets.CreateId(), Line(role.Description), JsonSerializer.Serialize(patterns, StorageJson.Default.ListString), false);
    }

    private async ValueTask WriteAsync(SqlSession sql, ImportedScope scope, ImportCatalogue catalogue, ImportOutcome outcome, CancellationToken cancellationToken)
    {
        if (catalogue.Scopes.ContainsKey(scope.Name))
        {
            outcome.Skip();
            return;
        }

        if (!Rules.IsScopeToken(scope.Name) || PermissionPattern.IsExact(scope.Name)) // a permission's own name is a scope already
        {
            outcome.Refuse(scope, ImportWords.ScopeName);
            return;
        }

        List<string> resources = [];
        foreach (var resource in scope.Resources)
        {
            // A scope that led to this server itself would open its administration.
            if (IsResource(resource)) resources.Add(resource);
            else outcome.Note(scope, ImportWords.Resource, Printable(resource));
        }

        var made = new Scope { Name = scope.Name, DisplayName = Line(scope.DisplayName), Description = Line(scope.Description), Resources = resources };
        if (!MayGrant(catalogue.Reach.Of(made)))
        {
            outcome.Refuse(scope, ImportWords.ScopeNotYours, Printable(scope.Name));
            return;
        }

        catalogue.Scopes.Add(made.Name, made);
        outcome.Create("scopes", isCatalogue: true);
        if (request.IsDryRun) return;
        await Scopes.AddAsync(sql, made, cancellationToken);
    }

    private async ValueTask WriteAsync(SqlSession sql, ImportedClient client, ImportCatalogue catalogue, ImportOutcome outcome, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!Rules.IsClientId(client.ClientId))
        {
            outcome.Refuse(client, ImportWords.ClientId);
            return;
        }

        if (await sql.FirstAsync("SELECT COUNT(*) FROM applications WHERE client_id = $1", row => row.GetInt64(0), cancellationToken, client.ClientId) > 0)
        {
            outcome.Skip();
            return;
        }

        if (await Applications.IsSubjectAsync(sql, client.ClientId, cancellationToken))
        {
            outcome.Refuse(client, ImportWords.ClientId);
            return;
        }

        var metadata = WithKnownScopes(client, catalogue, out var unknown);
        var problem = metadata.GrantTypes.Count == 0 ? "none of its grants is one of this server" : ClientMetadataRules.Check(metadata, options) is [var (field, reason), ..] ? $"{field}: {reason}" : null;
        if (problem is not null)
        {
            outcome.Refuse(client, ImportWords.Client, $"{client.ClientId}: {problem}");
            return;
        }

        if (!MayGrant(catalogue.Reach.Of(metadata)))
        {
            outcome.Refuse(client, ImportWords.ClientNotYours, client.ClientId);
            return;
        }

        foreach (var (code, detail) in client.Notes) outcome.Note(client, code, detail);
        foreach (var scope in unknown) outcome.Note(client, ImportWords.Scope, Printable($"{client.ClientId}, {scope}"));
        outcome.Create("clients", isCatalogue: true);
        if (request.IsDryRun) return;
        List<ClientSecret> secrets = client.SecretHash is null ? [] : [new ClientSecret(client.SecretHash, now, null)];
        await sql.ExecuteAsync("INSERT INTO applications (client_id, metadata, secrets, is_enabled, is_self_registered, created, updated) VALUES ($1, $2, $3, $4, $5, $6, $6)", cancellationToken,
            client.ClientId, JsonSerializer.Serialize(metadata, StorageJson.Default.ClientMetadata), JsonSerializer.Serialize(secrets, StorageJson.Default.ListClientSecret), client.IsEnabled, false, now);
    }

    private static ClientMetadata WithKnownScopes(ImportedClient client, ImportCatalogue catalogue, out List<string> unknown)
    {
        var scopes = client.Metadata.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var refreshes = client.Metadata.GrantTypes.Contains(GrantTypes.RefreshToken);
        var kept = scopes.Where(scope => catalogue.Scopes.TryGetValue(scope, out var here) && scope != StandardScopes.Administration && catalogue.Reach.Of(here).Count == 0 && (refreshes || scope != StandardScopes.OfflineAccess)).ToList();
        unknown = [.. scopes.Except(kept)];
        return client.Metadata with { Scope = string.Join(' ', kept) };
    }

    private bool MayGive(string id, IReadOnlyList<string> patterns)
    {
        if (mayGive.TryGetValue(id, out var known)) return known;
        return mayGive[id] = who.Holds(ManagementPermissions.AssignRoles) && MayGrant(patterns);
    }

    private bool MayGrant(IReadOnlyList<string> patterns)
    {
        try
        {
            who.RequireToGrant(patterns);
            return true;
        }
        catch (AdministrationException)
        {
            return false;
        }
    }

    private bool IsResource(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme.Length > 0 && text.Contains(':', StringComparison.Ordinal) && !text.Contains('#', StringComparison.Ordinal)
        && text.All(c => c is > ' ' and <= '~') && text.TrimEnd('/') != options.Issuer.TrimEnd('/');

    private static string? Line(string? text) => text?.Trim() is { Length: > 0 and <= LongestDescription } line && ProfileRules.Line(line) is null ? line : null;

    public static string Printable(string text) => new([.. text.Take(100).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]);
}
