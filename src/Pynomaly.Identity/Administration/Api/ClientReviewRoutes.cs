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
        new("GET", "/posture", "listPostures", "How all enabled clients stand against RFC 9700, OAuth 2.1 and FAPI 2.0, the gravest first.",
            async call => ApiAnswer.List("items", (await report.ListAsync(call.Operator, call.Stop)).Select(ClientJson.Of)))
        {
            Permission = ManagementPermissions.ViewClients, Gives = ApiSchema.List("items", ClientJson.PostureSchema),
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
}
