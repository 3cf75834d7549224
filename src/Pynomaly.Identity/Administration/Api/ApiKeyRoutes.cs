using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>Operations on the API keys of people and services.</summary>
internal sealed class ApiKeyRoutes(ApiKeys keys, TimeProvider time) : AdminRoutes
{
    /// <inheritdoc/>
    public override IReadOnlyList<AdminRoute> Routes =>
    [
        new("GET", "/api-keys", "listApiKeys", "API keys, the newest first, or by name where search asks for some; without the keys themselves.", ListAsync)
        {
            Permission = ManagementPermissions.ViewApiKeys, Gives = ApiSchema.Object("next?:string", ("items", ApiSchema.Array(ApiKeyJson.OwnedSchema))),
            Query =
            [
                ("after", "Where to go on: next of the part before."), ("limit", $"How many, 1 to {Cursors.Most}; {Cursors.Usual} if it is absent."), ("owner", "person or service: whose."), ("user_id", "Those of this person."),
                ("client_id", "Those of this service."), ("state", "active, expired or revoked."), ("search", "The beginning of the name, whatever its case, or of the id."), ("q", "The same by its older name."), ("expires_before", "Living ones that end before this time."),
            ],
        },
        new("GET", "/api-keys/{id}", "getApiKey", "One API key.", async call => Answer(await keys.GetAsync(call.Operator, call.Id, call.Stop))) { Permission = ManagementPermissions.ViewApiKeys, Gives = ApiKeyJson.OwnedSchema },
        new("POST", "/api-keys", "createApiKey", "Makes a key for a service, never wider than the service, nor than what the caller may grant. It is answered this once. Without permissions it gets those of the service.", CreateAsync)
        {
            Permission = ManagementPermissions.ManageApiKeys, IsSensitive = true, MayConflict = true, Status = StatusCodes.Status201Created, Takes = CreationSchema(), Gives = ApiKeyJson.MadeSchema(ApiKeyJson.OwnedSchema),
        },
        new("PATCH", "/api-keys/{id}", "changeApiKey", "Changes name, permissions or addresses of a living key. Tokens made with it end when what it may do, or from where, changes.", ChangeAsync)
        {
            Permission = ManagementPermissions.ManageApiKeys, IsSensitive = true, MayConflict = true, Takes = ApiSchema.Object("name?:string permissions?:string[] allowed_addresses?:string[]"), Gives = ApiKeyJson.OwnedSchema,
        },
        new("POST", "/api-keys/{id}/rotation", "rotateApiKey", "Gives a service's key a new secret, answered this once; the old one goes on for the overlap, a day if it is absent, seven days at most. People rotate theirs themselves.", RotateAsync)
        {
            Permission = ManagementPermissions.ManageApiKeys, IsSensitive = true, MayConflict = true, Takes = ApiSchema.Object("overlap_seconds?:integer"), Gives = ApiKeyJson.MadeSchema(ApiKeyJson.OwnedSchema),
        },
        new("DELETE", "/api-keys/{id}", "revokeApiKey", "Ends a key for good, with every token that was made with it, on all nodes within a second.", RevokeAsync) { Permission = ManagementPermissions.ManageApiKeys },
    ];

    private async Task<ApiAnswer> ListAsync(AdminCall call)
    {
        var filter = new ApiKeyFilter
        {
            Owner = call.Query("owner"), UserId = call.Query("user_id"), ClientId = call.Query("client_id"), State = call.Query("state"), Search = call.Query("search") ?? call.Query("q"), ExpiresBefore = Time(call, "expires_before"),
        };
        var page = await keys.ListAsync(call.Operator, filter, call.After, call.Limit, call.Stop);
        var now = time.GetUtcNow();
        var body = new JsonObject { ["items"] = new JsonArray([.. page.Items.Select(key => ApiKeyJson.Owned(key, now))]) };
        if (page.Next is { } next) body["next"] = next;
        return new ApiAnswer(body);
    }

    private async Task<ApiAnswer> CreateAsync(AdminCall call)
    {
        var body = await call.ReadAsync(["client_id", .. ApiKeyJson.DraftMembers]);
        return Answer(await keys.CreateAsync(call.Operator, new NewApiKey(ApiRequest.Require(body, "client_id"), ApiKeyJson.Read(body, time.GetUtcNow())), call.Stop));
    }

    private async Task<ApiAnswer> ChangeAsync(AdminCall call)
    {
        var body = await call.ReadAsync("name", "permissions", "allowed_addresses");
        var change = new ApiKeyChange { Name = ApiRequest.Find(body, "name"), Permissions = ApiKeyJson.List(body, "permissions"), AllowedAddresses = ApiKeyJson.List(body, "allowed_addresses") };
        return Answer(await keys.ChangeAsync(call.Operator, call.Id, change, call.Expected, call.Stop));
    }

    private async Task<ApiAnswer> RotateAsync(AdminCall call) =>
        Answer(await keys.RotateAsync(call.Operator, call.Id, ApiKeyJson.Overlap(await call.ReadAsync("overlap_seconds")), call.Expected, call.Stop));

    private async Task<ApiAnswer> RevokeAsync(AdminCall call)
    {
        await keys.RevokeAsync(call.Operator, call.Id, call.Expected, call.Stop);
        return ApiAnswer.Done;
    }

    private ApiAnswer Answer(ApiKeySummary key) => new(ApiKeyJson.Owned(key, time.GetUtcNow())) { Version = ApiKeys.VersionOf(key) };

    private ApiAnswer Answer(MadeApiKey made)
    {
        var body = ApiKeyJson.Owned(made.Summary, time.GetUtcNow());
        body["key"] = made.Key;
        return new ApiAnswer(body) { Version = ApiKeys.VersionOf(made.Summary) };
    }

    private static DateTimeOffset? Time(AdminCall call, string name) => call.Query(name) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw ApiProblem.Invalid((name, "no_time", "A time is written as in RFC 3339, for example 2027-01-31T00:00:00Z"));

    private static JsonObject CreationSchema()
    {
        var schema = (JsonObject)ApiKeyJson.DraftSchema.DeepClone();
        schema["properties"]!["client_id"] = new JsonObject { ["type"] = "string" };
        schema["required"]!.AsArray().Add((JsonNode)"client_id");
        return schema;
    }
}
