namespace Pynomaly.Identity.Server.Commands;

/// <summary>Every command that a running server does as well, with the operation that does it. What stands in no line is called by the command api.</summary>
internal static class ApiActs
{
    private const string Link = "The link, which works once";

    /// <summary>The lines.</summary>
    public static IReadOnlyList<ApiAct> All { get; } =
    [
        new("users create", "POST", "/users")
        {
            Body = "username=USERNAME email=--email roles=--role", Fill = ApiBodies.Person, Here = "--password", Made = "username", Secret = "link", Done = "The account {0} is created.",
            SecretSays = "Its person sets a password by this link, which works once",
        },
        new("users invite", "POST", "/users/invitations") { Body = "email=EMAIL roles=--role+", Made = "email", Secret = "link", Done = "{0} is invited.", SecretSays = Link },
        new("users list", "GET", "/users?sort=name") { Columns = "username email roles second_factor disabled created id", Empty = "There are none such." },
        new("users show", "GET", "/users/{USERNAME}") { Shows = true },
        new("users change", "PATCH", "/users/{USERNAME}") { Body = "username=--username email=--email email_verified=--email-verified", Fill = ApiBodies.Profile, Done = "The account {0} is changed." },
        new("users reset-password", "POST", "/users/{USERNAME}/password-reset") { Body = "delivery='hand'", Made = "username", Secret = "link", Done = "A link for {0} is made.", SecretSays = "It works once" },
        new("users reset-factors", "POST", "/users/{USERNAME}/factor-reset") { Body = "delivery='hand'", Made = "username", Secret = "link", Done = "A link for {0} is made.", SecretSays = "It works once" },
        new("users disable", "POST", "/users/{USERNAME}/disable") { Done = "The account {0} is disabled." },
        new("users enable", "POST", "/users/{USERNAME}/enable") { Done = "The account {0} is enabled." },
        new("users unlock", "POST", "/users/{USERNAME}/unlock") { Done = "The account {0} is unlocked." },
        new("users end-sessions", "POST", "/users/{USERNAME}/end-sessions") { Done = "The account {0} is signed out everywhere." },
        new("users sessions", "GET", "/users/{USERNAME}/sessions") { Columns = "id user_agent address acr created last_seen expires", Empty = "There are no sessions." },
        new("users grants", "GET", "/users/{USERNAME}/grants") { Columns = "id client_id scope offline created last_used expires", Empty = "There are no grants." },
        new("users activity", "GET", "/users/{USERNAME}/activity") { Columns = "at event actor client=client_id address detail", Empty = "Nothing is entered about the person.", IsWhole = true },
        new("users impersonate", "POST", "/users/{USERNAME}/impersonation")
        {
            Body = "client_id=--client scope=--scope resource=--resource reason=--reason", Made = "audience", Secret = "access_token", Done = "A token in the stead of {0}, for {audience}, for {expires_in} seconds.", SecretSays = "The token, shown this once",
        },
        new("users bulk disable", "POST", "/users/bulk/disable") { Run = (api, result, stop) => BulkCommand.RunAsync(api, "/users/bulk/disable", result, stop) },
        new("users bulk enable", "POST", "/users/bulk/enable") { Run = (api, result, stop) => BulkCommand.RunAsync(api, "/users/bulk/enable", result, stop) },
        new("users bulk end-sessions", "POST", "/users/bulk/end-sessions") { Run = (api, result, stop) => BulkCommand.RunAsync(api, "/users/bulk/end-sessions", result, stop) },
        new("users bulk assign-role", "POST", "/users/bulk/assign-role") { Run = (api, result, stop) => BulkCommand.RunAsync(api, "/users/bulk/assign-role", result, stop) },
        new("users bulk unassign-role", "POST", "/users/bulk/unassign-role") { Run = (api, result, stop) => BulkCommand.RunAsync(api, "/users/bulk/unassign-role", result, stop) },
        new("users delete", "DELETE", "/users/{USERNAME}") { Done = "The account {0} is refused from now on, and deleted." },

        new("roles list", "GET", "/roles") { Columns = "name permissions grants=grants# administrators description", Empty = "There are no roles." },
        new("roles show", "GET", "/roles/{ROLE}") { Items = "expansion", Columns = "pattern grants=permissions", Empty = "The role grants nothing." },
        new("roles expand", "POST", "/roles/expansion")
        {
            Fill = (result, body) => body["permissions"] = ApiCommandRunner.Texts(CommandSettings.Split(result.GetValue<string[]>("PATTERN")).Words), Items = "expansion", Columns = "pattern grants=permissions", Empty = "They grant nothing.",
        },
        new("roles create", "POST", "/roles") { Body = "name=ROLE description=--description permissions=--permission+ require_second_factor=--require-second-factor", Done = "The role {0} is made." },
        new("roles change", "PATCH", "/roles/{ROLE}")
        {
            Body = "description=--description permissions=--permission require_second_factor=--require-second-factor end_tokens=--end-tokens", Done = "The role {0} is changed.",
        },
        new("roles delete", "DELETE", "/roles/{ROLE}") { Done = "The role {0} is deleted." },
        new("roles holders", "GET", "/roles/{ROLE}/users") { Columns = "username email disabled id", Empty = "Nobody has it." },
        new("roles assign", "PUT", "/users/{USERNAME}/roles/{ROLE}") { Done = "{1} has the role {0} now." },
        new("roles unassign", "DELETE", "/users/{USERNAME}/roles/{ROLE}") { Done = "{1} no longer has the role {0}." },

        new("permissions list", "GET", "/permissions") { Items = "groups/permissions", Columns = "name resource description", Empty = "There are no permissions." },
        new("permissions show", "GET", "/permissions/{PERMISSION}") { Run = ApiRuns.PermissionAsync, Also = ["GET /permissions/{PERMISSION}/users"] },
        new("permissions create", "POST", "/permissions") { Body = "name=PERMISSION description=--description resource=--resource", Done = "The permission {0} is entered." },
        new("permissions change", "PATCH", "/permissions/{PERMISSION}") { Body = "description=--description resource=--resource", Done = "The permission {0} is changed." },
        new("permissions delete", "DELETE", "/permissions/{PERMISSION}") { Done = "The permission {0} is deleted." },
        new("explain", "GET", "/explain?subject={SUBJECT}") { Items = "permissions", Columns = "permission held=reasons? because=reasons", Empty = "There is no permission that is held." },
        new("simulate", "POST", "/simulate") { Run = ApiRuns.SimulateAsync },

        new("clients create", "POST", "/clients") { Fill = ClientCreation.Fill, Made = "client_id", Secret = "client_secret", Done = "The client {0} is created.", SecretSays = "Its secret, shown this once" },
        new("clients list", "GET", "/clients")
        {
            Columns = "client_id client_name=name purpose grant_types auth=token_endpoint_auth_method scope enabled secret_ends updated", Empty = "There are no clients. The commands clients create and apply make them.",
        },
        new("clients show", "GET", "/clients/{CLIENT_ID}") { Run = ApiRuns.ClientAsync, Also = ["GET /clients/{CLIENT_ID}/ends"] },
        new("clients change", "PATCH", "/clients/{CLIENT_ID}") { Fill = ClientsCommand.Fill, Done = "The client {0} is changed." },
        new("clients enable", "POST", "/clients/{CLIENT_ID}/enable") { Done = "The client {0} is enabled." },
        new("clients disable", "POST", "/clients/{CLIENT_ID}/disable") { Done = "The client {0} is disabled." },
        new("clients delete", "DELETE", "/clients/{CLIENT_ID}") { Done = "The client {0} is deleted. Ended: {grants} grants of {people} people, {consents} consents, {api_keys} API keys, and all tokens." },
        new("clients rotate-secret", "POST", "/clients/{CLIENT_ID}/secrets/rotate") { Body = "overlap=--keep:seconds", Made = "client_id", Secret = "client_secret", Done = "The client {0} has a new secret." },
        new("clients add-secret", "POST", "/clients/{CLIENT_ID}/secrets") { Fill = ApiBodies.SecretEnd, Made = "client_id", Secret = "client_secret", Done = "The client {0} has a second secret." },
        new("clients end-secret", "DELETE", "/clients/{CLIENT_ID}/secrets/{ID}") { Done = "The secret has ended." },
        new("clients posture", "GET", "/clients/{CLIENT_ID}/posture") { Run = ApiReports.PostureAsync },
        new("clients snippets", "GET", "/clients/{CLIENT_ID}/snippets") { Run = ApiRuns.SnippetsAsync },

        new("scopes list", "GET", "/scopes") { Columns = "name display_name resources permissions clients standard", Empty = "There are no scopes." },
        new("scopes show", "GET", "/scopes/{NAME}") { Shows = true },
        new("scopes create", "POST", "/scopes") { Body = "name=NAME display_name=--display-name description=--description resources=--resource+ permissions=--permission", Done = "The scope {0} is created." },
        new("scopes change", "PATCH", "/scopes/{NAME}") { Body = "display_name=--display-name description=--description resources=--resource permissions=--permission", Done = "The scope {0} is changed." },
        new("scopes delete", "DELETE", "/scopes/{NAME}") { Done = "The scope {0} is deleted." },

        new("api-keys list", "GET", "/api-keys") { Columns = "id name owner state permissions expires last_used from=last_used_address", Empty = "There are no API keys." },
        new("api-keys show", "GET", "/api-keys/{ID}") { Shows = true },
        new("api-keys create", "POST", "/api-keys")
        {
            Body = "client_id=CLIENT_ID name=--name permissions=--permission+ allowed_addresses=--from+", Fill = ApiBodies.KeyEnd, Secret = "key", Done = "The key {id} ({name}) of {owner} is made.", SecretSays = "The key, shown this once",
        },
        new("api-keys change", "PATCH", "/api-keys/{ID}") { Body = "name=--name permissions=--permission allowed_addresses=--from", Done = "The key {0} is changed." },
        new("api-keys rotate", "POST", "/api-keys/{ID}/rotation") { Body = "overlap_seconds=--keep:seconds", Secret = "key", Done = "The key {id} ({name}) of {owner} has a new secret.", SecretSays = "The key, shown this once" },
        new("api-keys revoke", "DELETE", "/api-keys/{ID}") { Done = "The key {0} is revoked." },

        new("keys list", "GET", "/signing-keys") { Columns = "kid alg state created=published activates retires gone=removed revoked", Empty = "There are no keys." },
        new("keys rotate", "POST", "/signing-keys") { Body = "alg=--alg now=--now", Columns = "kid alg activates" },
        new("keys revoke", "DELETE", "/signing-keys/{KID}") { Done = "The key {0} is revoked." },

        new("sessions list", "GET", "/sessions") { Columns = "sid=id user=username state acr address created last_seen expires", Empty = "There are no sessions." },
        new("sessions show", "GET", "/sessions/{SID}") { Shows = true },
        new("sessions end", "DELETE", "/sessions/{SID}") { Done = "The session has ended." },
        new("grants list", "GET", "/grants") { Columns = "id user=username client_id scopes offline state created last_used", Empty = "There are no grants." },
        new("grants show", "GET", "/grants/{ID}") { Shows = true },
        new("grants end", "DELETE", "/grants/{ID}") { Done = "The grant has ended." },
        new("revocations list", "GET", "/revocations") { Columns = "kind subject issued_before created expires", Empty = "The list is empty." },
        new("revocations status", "GET", "/revocations/status") { Shows = true },
        new("revoke", "POST", "/revocations") { Run = ApiRuns.RevokeAsync, Also = ["POST /users/{id}/end-sessions", "DELETE /sessions/{id}", "POST /clients/{id}/end-tokens"] },

        new("bans list", "GET", "/bans") { Columns = "source reason round created until", Empty = "Nobody is banned." },
        new("bans sources", "GET", "/bans/sources") { Columns = "source score signals from_pages failed_names last", Empty = "No source is near to a ban." },
        new("bans add", "POST", "/bans") { Body = "source=ADDRESS seconds=--for:seconds", Done = "{source} is banned." },
        new("bans remove", "DELETE", "/bans/{ADDRESS}") { Done = "{0} is no longer banned." },

        new("webhooks list", "GET", "/webhooks") { Columns = "id name url events enabled cursor failed=failed_count last_success last_error", Empty = "There are no webhooks." },
        new("webhooks show", "GET", "/webhooks/{ID}") { Shows = true },
        new("webhooks create", "POST", "/webhooks") { Body = "url=URL name=--name events=--event+", Fill = ApiBodies.Receiver, Secret = "secret", Done = "The webhook {id} is made.", SecretSays = "Its secret, shown this once" },
        new("webhooks change", "PATCH", "/webhooks/{ID}") { Body = "url=--url name=--name events=--event", Done = "The webhook {0} is changed." },
        new("webhooks enable", "PATCH", "/webhooks/{ID}") { Fill = (_, body) => body["enabled"] = true, Done = "The webhook {0} is enabled." },
        new("webhooks disable", "PATCH", "/webhooks/{ID}") { Fill = (_, body) => body["enabled"] = false, Done = "The webhook {0} is disabled." },
        new("webhooks rotate", "POST", "/webhooks/{ID}/secret") { Secret = "secret", Done = "The webhook {0} has a new secret.", SecretSays = "The new secret, shown this once" },
        new("webhooks test", "POST", "/webhooks/{ID}/test") { Run = ApiRuns.TestAsync("/webhooks/") },
        new("webhooks remove", "DELETE", "/webhooks/{ID}") { Done = "The webhook {0} is removed." },
        new("receivers list", "GET", "/event-receivers") { Columns = "id name url audience events enabled cursor failed=failed_count last_success last_error", Empty = "There are no receivers." },
        new("receivers show", "GET", "/event-receivers/{ID}") { Shows = true },
        new("receivers create", "POST", "/event-receivers") { Body = "url=URL name=--name audience=--audience events=--event+", Fill = ApiBodies.Receiver, Columns = "id name url audience events enabled cursor failed=failed_count last_success last_error" },
        new("receivers change", "PATCH", "/event-receivers/{ID}") { Body = "url=--url name=--name audience=--audience events=--event", Fill = ApiBodies.Credential, Done = "The receiver {0} is changed." },
        new("receivers enable", "PATCH", "/event-receivers/{ID}") { Fill = (_, body) => body["enabled"] = true, Done = "The receiver {0} is enabled." },
        new("receivers disable", "PATCH", "/event-receivers/{ID}") { Fill = (_, body) => body["enabled"] = false, Done = "The receiver {0} is disabled." },
        new("receivers test", "POST", "/event-receivers/{ID}/test") { Run = ApiRuns.TestAsync("/event-receivers/") },
        new("receivers remove", "DELETE", "/event-receivers/{ID}") { Done = "The receiver {0} is removed." },

        new("audit list", "GET", "/audit") { Columns = "at event outcome actor=actor_name|actor user=user_name|user client address detail", Empty = "There is no such entry.", IsWhole = true },
        new("audit show", "GET", "/audit/{SEQUENCE}") { Shows = true },
        new("audit export", "GET", "/audit/export") { Run = ApiRuns.ExportAsync },
        new("audit verify", "POST", "/audit/verifications") { Run = ApiRuns.VerifyAsync, Here = "--key", Also = ["GET /audit/verification"] },
        new("audit accept", "POST", "/audit/acceptances") { Run = ApiRuns.AcceptAsync },
        new("audit seals", "GET", "/audit/seals?limit=50") { Run = ApiRuns.SealsAsync },
        new("audit key", "GET", "/audit/key") { Run = ApiRuns.KeyAsync },

        new("import pynomaly", "POST", "/imports") { Run = ImportCommand.ThereAsync },
        new("import aspnet", "POST", "/imports") { Run = ImportCommand.ThereAsync },
        new("import openiddict", "POST", "/imports") { Run = ImportCommand.ThereAsync },
        new("import keycloak", "POST", "/imports") { Run = ImportCommand.ThereAsync },
        new("import list", "GET", "/imports") { Columns = "id kind state position created skipped refused started source", Empty = "There were no imports." },
        new("import show", "GET", "/imports/{ID}") { Shows = true },
        new("import stop", "POST", "/imports/{ID}/stop") { Done = "The import {0} stops after the batch that it is at." },

        new("whoami", "GET", "/operator") { Shows = true },
        new("statistics", "GET", "/statistics") { Run = ApiReports.StatisticsAsync },
        new("settings", "GET", "/settings") { Columns = "key value source=file|source", Empty = "All settings stand at their defaults.", Keep = ApiRuns.IsGiven },
        new("doctor", "GET", "/health") { Run = ApiRuns.DoctorAsync, Also = ["GET /posture"] },
    ];
}
