using System.Text.Json.Nodes;
using Pynomaly.Identity.Administration.Review;
using Pynomaly.Identity.Administration.Snippets;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>How clients stand, and code for them.</summary>
internal sealed class ClientReviewRoutes(PostureReport report, ClientSnippets snippets) : AdminRoutes
{
    /// <inheritdoc/>
    public override IReadOnlyList<AdminRoute> Routes =>
    [
        new("GET", "/posture", "listPostures", "How enabled clients stand against RFC 9700, OAuth 2.1 and FAPI 2.0, in parts, the gravest first; and how all of them stand together.", ListAsync)
        {
            Permission = ManagementPermissions.ViewClients, Gives = ListSchema(),
            Query = [("severity", "Those with a finding of this severity: high, medium or low."), ("finding", "Those with this finding, by its id."), .. PageAnswer.Query],
        },
        new("GET", "/clients/{id}/posture", "getPosture", "How the client stands, with the fix beside each finding.", async call => new ApiAnswer(ClientJson.Of(await report.GetAsync(call.Operator, call.Id, call.Stop))))
        {
            Permission = ManagementPermissions.ViewClients, Gives = ClientJson.PostureSchema,
        },
        new("GET", "/clients/{id}/snippets", "listSnippets", "Code to copy, with the client's own name, addresses and scopes; its secret is an environment variable there.",
            async call => ApiAnswer.List("items", (await snippets.ListAsync(call.Operator, call.Id, call.Stop)).Select(one =>
                AdminJson.Object(("id", one.Id), ("title", one.Title), ("language", one.Language), ("install", one.Install), ("code", one.Code)))))
        {
            Permission = ManagementPermissions.ViewClients, Gives = ApiSchema.List("items", ApiSchema.Object("id:string title:string language:string install?:string code:string")),
        },
    ];

    private async Task<ApiAnswer> ListAsync(AdminCall call)
    {
        var page = await report.ListAsync(call.Operator, new PostureFilter { Severity = call.Query("severity"), Finding = call.Query("finding") }, call.After, call.Limit, call.Stop);
        var summary = await report.SummaryAsync(call.Operator, call.Stop);
        var answer = PageAnswer.Of(page, ClientJson.Of);
        answer.Body!["summary"] = AdminJson.Object(("clients", summary.Clients), ("high", summary.High), ("medium", summary.Medium), ("low", summary.Low),
            ("findings", AdminJson.Array(summary.Findings, one => AdminJson.Object(("id", one.Id), ("severity", one.Severity), ("clients", one.Clients)))));
        return answer;
    }

    private static JsonObject ListSchema()
    {
        var schema = PageAnswer.Schema(ClientJson.PostureSchema);
        schema["properties"]!["summary"] = ApiSchema.Object("clients:integer high:integer medium:integer low:integer", ("findings", ApiSchema.Array(ApiSchema.Object("id:string severity:string clients:integer"))));
        return schema;
    }
}
