using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>Settings in force, and how this node stands.</summary>
internal sealed class SystemRoutes(SettingsInForce settings, ServerHealth health) : AdminRoutes
{
    /// <inheritdoc/>
    public override IReadOnlyList<AdminRoute> Routes =>
    [
        new("GET", "/settings", "listSettings", "Every setting with its value and where that comes from; secrets are masked.", call => Task.FromResult(ApiAnswer.List("items", settings.List(call.Operator).Select(one =>
            AdminJson.Object(("key", one.Key), ("value", one.Value), ("source", one.Source), ("file", one.File), ("secret", one.IsSecret))))))
        {
            Permission = ManagementPermissions.ViewSystem, Gives = ApiSchema.List("items", ApiSchema.Object("key:string value?:string source:string file?:string secret:boolean")),
        },
        new("GET", "/health", "getHealth", "How this node stands, in sentences.", async call => ApiAnswer.List("items", (await health.LookAsync(call.Operator, call.Stop)).Select(one =>
            AdminJson.Object(("name", one.Name), ("state", one.State), ("code", one.Says.Code), ("says", one.Says.ToString())))))
        {
            Permission = ManagementPermissions.ViewSystem, Gives = ApiSchema.List("items", ApiSchema.Object("name:string state:string code:string says:string")),
        },
    ];
}
