using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>Sources that are refused for a while.</summary>
internal sealed class BanRoutes(BanAdministration bans) : AdminRoutes
{
    /// <inheritdoc/>
    public override IReadOnlyList<AdminRoute> Routes =>
    [
        new("GET", "/bans", "listBans", "The bans of now.", async call => ApiAnswer.List("items", (await bans.ListAsync(call.Operator, call.Stop)).Select(Of)))
        {
            Permission = ManagementPermissions.ViewSystem, Gives = ApiSchema.List("items", ApiSchema.Object("source:string reason:string round:integer created:date-time until:date-time")),
        },
        new("GET", "/bans/sources", "listScoringSources", "The sources that are not banned yet and may be: what they look for holes with, as this node saw it, and with how many names their sign-ins failed within the hour.",
            async call => Of(await bans.ScoresAsync(call.Operator, call.Stop)))
        {
            Permission = ManagementPermissions.ViewSystem,
            Gives = ApiSchema.Object("score_limit:integer names_limit:integer mode:string", ("items", ApiSchema.Array(ApiSchema.Object("source:string score:integer signals?:string from_pages:boolean failed_names:integer last:date-time")))),
        },
        new("POST", "/bans", "addBan", "Bans an address; of IPv6 its /64 network.", AddAsync)
        {
            Permission = ManagementPermissions.ManageSystem, Status = StatusCodes.Status201Created, Takes = ApiSchema.Object("source:string seconds:integer"), Gives = ApiSchema.Object("source:string"),
        },
        new("DELETE", "/bans/{id}", "removeBan", "Lets an address in again, and forgets what led to the ban.",
            async call => await bans.RemoveAsync(call.Operator, call.Id, call.Stop) ? ApiAnswer.Done : throw ApiProblem.NotFound()) { Permission = ManagementPermissions.ManageSystem },
    ];

    private async Task<ApiAnswer> AddAsync(AdminCall call)
    {
        var body = await call.ReadAsync("source", "seconds");
        if (body["seconds"] is not JsonValue value || value.GetValueKind() != JsonValueKind.Number || !value.TryGetValue<int>(out var seconds)) throw ApiProblem.Invalid(("seconds", "no_number", "Write a whole number of seconds"));
        return new ApiAnswer(AdminJson.Object(("source", await bans.AddAsync(call.Operator, ApiRequest.Require(body, "source"), TimeSpan.FromSeconds(seconds), call.Stop))));
    }

    private static ApiAnswer Of(ScoringSources sources) => new(new JsonObject
    {
        ["score_limit"] = sources.ScoreLimit, ["names_limit"] = sources.NamesLimit, ["mode"] = sources.Mode,
        ["items"] = new JsonArray([.. sources.Items.Select(one => (JsonNode)AdminJson.Object(("source", one.Source), ("score", one.Score), ("signals", one.Signals), ("from_pages", one.IsOfPages), ("failed_names", one.FailedNames), ("last", one.Last)))]),
    });

    private static JsonObject Of(Ban ban) => AdminJson.Object(("source", ban.Source), ("reason", ban.Reason), ("round", ban.Rounds + 1), ("created", ban.Created), ("until", ban.Until));
}
