using System.Text.Json.Nodes;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>Who the caller is to this server.</summary>
internal sealed class OperatorRoutes : AdminRoutes
{
    /// <inheritdoc/>
    public override IReadOnlyList<AdminRoute> Routes { get; } =
    [
        new("GET", "/operator", "getOperator", "Who the token speaks for, and what they may do here now.", call => Task.FromResult(new ApiAnswer(new JsonObject
        {
            ["id"] = call.Operator.Id, ["kind"] = KindOf(call.Operator), ["confirmed"] = call.Operator.IsConfirmed,
            ["permissions"] = new JsonArray([.. ManagementPermissions.All.Where(one => call.Operator.Holds(one.Name)).Select(one => (JsonNode)one.Name)]),
        })))
        {
            Gives = ApiSchema.Object("id:string kind:string confirmed:boolean permissions:string[]"),
        },
    ];

    private static string KindOf(Operator who) => who.Kind switch
    {
        OperatorKind.Client => "client",
        OperatorKind.Person => "person",
        _ => "command_line",
    };
}
