using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.SelfService.Api;

/// <summary>Operations on the person's own API keys.</summary>
internal sealed class ApiKeyRoutes(OwnApiKeys keys, TimeProvider time)
{
    /// <summary>The operations.</summary>
    public IReadOnlyList<ApiRoute> Routes =>
    [
        new("GET", "/keys", "listApiKeys", "The person's API keys, without the keys themselves, and the permissions that a new one can have.", ListAsync)
        {
            Gives = ApiSchema.Object("enabled:boolean available_permissions:string[]", ("keys", ApiSchema.Array(ApiKeyJson.Schema))),
        },
        new("POST", "/keys", "makeApiKey", "Makes an API key, never wider than its owner. It is answered this once.", CreateAsync)
        {
            IsSensitive = true, MayConflict = true, Status = StatusCodes.Status201Created, Takes = ApiKeyJson.DraftSchema, Gives = ApiKeyJson.MadeSchema(ApiKeyJson.Schema),
        },
        new("POST", "/keys/{id}/rotation", "rotateApiKey", "Gives a key a new secret, answered this once; the old one goes on for the overlap, a day if it is absent, seven days at most.", RotateAsync)
        {
            IsSensitive = true, Takes = ApiSchema.Object("overlap_seconds?:integer"), Gives = ApiKeyJson.MadeSchema(ApiKeyJson.Schema),
        },
        new("DELETE", "/keys/{id}", "revokeApiKey", "Ends a key for good, with every token that was made with it.", async call => await keys.RevokeAsync(call.Context, call.Session, call.Id, call.Stop) ? ApiAnswer.Done : throw ApiProblem.NotFound()),
    ];

    private async Task<ApiAnswer> ListAsync(ApiCall call)
    {
        var now = time.GetUtcNow();
        return new ApiAnswer(new JsonObject
        {
            ["enabled"] = keys.IsOn,
            ["available_permissions"] = new JsonArray([.. (await keys.PermissionsAsync(call.Account)).Select(permission => (JsonNode)permission.Name)]),
            ["keys"] = new JsonArray([.. (await keys.ListAsync(call.Account.Id, call.Stop)).Select(key => ApiKeyJson.Of(key, now))]),
        });
    }

    private async Task<ApiAnswer> CreateAsync(ApiCall call)
    {
        var draft = ApiKeyJson.Read(await call.ReadAsync(ApiKeyJson.DraftMembers), time.GetUtcNow());
        await RequireWithinAsync(call, draft.Permissions);
        return Answer(await keys.CreateAsync(call.Context, call.Session, draft, call.Stop));
    }

    private async Task<ApiAnswer> RotateAsync(ApiCall call)
    {
        var overlap = ApiKeyJson.Overlap(await call.ReadAsync("overlap_seconds"));
        var key = await keys.FindAsync(call.Account.Id, call.Id, call.Stop) ?? throw ApiProblem.NotFound();
        await RequireWithinAsync(call, key.Permissions);
        return Answer(await keys.RotateAsync(call.Context, call.Session, call.Id, overlap, call.Stop));
    }

    // A key outlives the consent to the application that made it: it must not be a way to what the application itself may not have.
    private async Task RequireWithinAsync(ApiCall call, IReadOnlyCollection<string> permissions)
    {
        if (!await keys.IsWithinAsync(call.Client, permissions)) throw ApiProblem.Invalid(("permissions", "not_of_client", "The application handles no key that is wider than itself; use the page of the account"));
    }

    private ApiAnswer Answer(OwnApiKeyResult result)
    {
        switch (result)
        {
            case OwnApiKeyResult.Made made:
                var body = ApiKeyJson.Of(made.Key.Summary, time.GetUtcNow());
                body["key"] = made.Key.Key;
                return new ApiAnswer(body);
            case OwnApiKeyResult.Refused refused: throw ApiProblem.Invalid([.. refused.Problems.Select(problem => (problem.Field, problem.Code, problem.Detail))]);
            case OwnApiKeyResult.NotConfirmed: throw ProtocolException.InsufficientUserAuthentication(0, null); // the door has asked already; it was too old by now
            case OwnApiKeyResult.Full full: throw ApiProblem.Conflict($"You have {full.Most} living keys, which is the most there may be; revoke one first");
            default: throw ApiProblem.NotFound();
        }
    }
}
