using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>Clients: the list, one by one, their secrets.</summary>
internal sealed class ClientRoutes(ClientAdministration clients, ClientSecrets secrets) : AdminRoutes
{
    private const string View = ManagementPermissions.ViewClients;
    private const string Manage = ManagementPermissions.ManageClients;

    /// <inheritdoc/>
    public override IReadOnlyList<AdminRoute> Routes =>
    [
        new("GET", "/clients", "listClients", "Clients, in parts.", ListAsync)
        {
            Permission = View, Gives = PageAnswer.Schema(ClientJson.SummarySchema),
            Query =
            [
                ("search", "Part of the identifier or of the name."), ("purpose", $"One of: {string.Join(", ", ClientPurposes.All)}."), ("scope", "Those that may ask for this scope."), ("enabled", "true or false."), ("self_registered", "true or false."),
                ("secret_ends_before", "A time: those whose last secret ends before."), ("sort", "client_id, name or created."), .. PageAnswer.Query,
            ],
        },
        new("POST", "/clients", "createClient", "Makes a client from the preset of its purpose, with what metadata say otherwise. Its secret is in this answer and nowhere else. An API is made together with its scope.", CreateAsync)
        {
            Permission = Manage, IsSensitive = true, Status = StatusCodes.Status201Created, MayConflict = true, Gives = ClientJson.MadeSchema, Takes = WithMetadata(ApiSchema.Object("purpose:string client_id?:string")),
        },
        new("GET", "/clients/{id}", "getClient", "A client, with its secrets' times.", async call => ClientJson.Answer(await clients.GetAsync(call.Operator, call.Id, call.Stop))) { Permission = View, Gives = ClientJson.DetailSchema },
        new("PATCH", "/clients/{id}", "changeClient", "Sets the metadata that are named; null sets one back to its default (RFC 7396). What makes the client able to do more asks for a sign-in of a moment ago.",
            async call => After(call, await clients.ChangeAsync(call.Operator, call.Id, await call.ReadAsync(), call.Expected, call.Stop)))
        {
            Permission = Manage, Takes = ClientJson.MetadataSchema, Gives = ClientJson.DetailSchema,
        },
        new("POST", "/clients/{id}/enable", "enableClient", "Lets the client be used again.", async call => After(call, await clients.EnableAsync(call.Operator, call.Id, call.Expected, call.Stop))) { Permission = Manage, Gives = ClientJson.DetailSchema },
        new("POST", "/clients/{id}/disable", "disableClient", "Refuses the client everywhere, and ends its grants and tokens.", async call => After(call, await clients.DisableAsync(call.Operator, call.Id, call.Expected, call.Stop))) { Permission = Manage, Gives = ClientJson.DetailSchema },
        new("GET", "/clients/{id}/ends", "whatEndsWithClient", "What ends with the client when it is disabled or deleted, counted to a thousand; more says whether there is more.", async call => new ApiAnswer(Of(await clients.WhatEndsAsync(call.Operator, call.Id, call.Stop)))) { Permission = View, Gives = EndsSchema },
        new("DELETE", "/clients/{id}", "deleteClient", "Deletes the client with everything that hangs on it, and answers what ended.", async call => new ApiAnswer(Of(await clients.DeleteAsync(call.Operator, call.Id, call.Expected, call.Stop))))
        {
            Permission = Manage, IsSensitive = true, Gives = EndsSchema,
        },
        new("POST", "/clients/{id}/secrets", "addClientSecret", $"Gives the client a further secret, {ClientSecrets.Most} at most. It is in this answer and nowhere else.", AddSecretAsync)
        {
            Permission = Manage, IsSensitive = true, Status = StatusCodes.Status201Created, MayConflict = true, Takes = ApiSchema.Object("expires?:date-time"), Gives = ClientJson.MadeSchema,
        },
        new("POST", "/clients/{id}/secrets/rotate", "rotateClientSecret", "Gives the client a new secret; the newest of the old ones goes on for the seconds of overlap, a day when nothing is said. It is in this answer and nowhere else.", RotateSecretAsync)
        {
            Permission = Manage, IsSensitive = true, Status = StatusCodes.Status201Created, MayConflict = true, Takes = ApiSchema.Object("overlap?:integer"), Gives = ClientJson.MadeSchema,
        },
        new("DELETE", "/clients/{id}/secrets/{secret}", "endClientSecret", "Ends one secret now.", async call => After(call, await secrets.EndAsync(call.Operator, call.Id, call.Part("secret"), call.Expected, call.Stop)))
        {
            Permission = Manage, IsSensitive = true, Gives = ClientJson.DetailSchema,
        },
    ];

    private static JsonObject EndsSchema => ApiSchema.Object("grants:integer people:integer consents:integer api_keys:integer more:boolean");

    private async Task<ApiAnswer> ListAsync(AdminCall call) => PageAnswer.Of(await clients.ListAsync(call.Operator, new ClientFilter
    {
        Search = call.Query("search"), Purpose = call.Query("purpose"), Scope = call.Query("scope"), IsEnabled = AdminJson.Flag(call, "enabled"), IsSelfRegistered = AdminJson.Flag(call, "self_registered"),
        SecretEndsBefore = call.Query("secret_ends_before") is { } text ? Time("secret_ends_before", text) : null, Order = call.Query("sort") ?? "client_id",
    }, call.After, call.Limit, call.Stop), ClientJson.Of);

    private async Task<ApiAnswer> CreateAsync(AdminCall call)
    {
        var body = await call.ReadAsync("purpose", "client_id", "metadata", "api_scope");
        var made = new NewClient(ApiRequest.Require(body, "purpose"), ApiRequest.Find(body, "client_id"), ObjectOf(body, "metadata") ?? []) { Scope = ObjectOf(body, "api_scope") is { } scope ? ScopeRoutes.Read(scope) : null };
        return ClientJson.Of(await clients.CreateAsync(call.Operator, made, call.Stop));
    }

    private async Task<ApiAnswer> AddSecretAsync(AdminCall call)
    {
        var body = await call.ReadAsync("expires");
        return ClientJson.Of(await secrets.AddAsync(call.Operator, call.Id, ApiRequest.Find(body, "expires") is { } text ? Time("expires", text) : null, call.Expected, call.Stop));
    }

    private async Task<ApiAnswer> RotateSecretAsync(AdminCall call)
    {
        var body = await call.ReadAsync("overlap");
        var overlap = body["overlap"] switch
        {
            null => TimeSpan.FromDays(1),
            { } node when node.GetValueKind() == JsonValueKind.Number && node.AsValue().TryGetValue<int>(out var seconds) => TimeSpan.FromSeconds(seconds),
            _ => throw ApiProblem.Invalid(("overlap", "no_number", "The value has to be a whole number of seconds")),
        };
        return ClientJson.Of(await secrets.RotateAsync(call.Operator, call.Id, overlap, call.Expected, call.Stop));
    }

    // Who may change clients and may not see them gets no view by the way.
    private static ApiAnswer After(AdminCall call, ClientDetails client) => call.Operator.Holds(View) ? ClientJson.Answer(client) : ApiAnswer.Done;

    private static JsonObject? ObjectOf(JsonObject body, string name) => body[name] switch
    {
        null => null,
        JsonObject found => found,
        _ => throw ApiProblem.Invalid((name, "no_object", "The value has to be an object")),
    };

    private static DateTimeOffset Time(string field, string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : throw ApiProblem.Invalid((field, "no_time", "Write a time of RFC 3339, for example 2027-01-31T12:00:00Z"));

    private static JsonObject Of(ClientEnds ends) => AdminJson.Object(("grants", ends.Grants), ("people", ends.People), ("consents", ends.Consents), ("api_keys", ends.ApiKeys), ("more", ends.IsMore));

    private static JsonObject WithMetadata(JsonObject schema)
    {
        schema["properties"]!["metadata"] = ClientJson.MetadataSchema.DeepClone();
        schema["properties"]!["api_scope"] = ScopeRoutes.NewSchema.DeepClone();
        return schema;
    }
}
