using System.Text.Json.Nodes;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>Configuration files over the API: the body is the file.</summary>
internal sealed class ConfigurationRoutes(Configurator configurator, ConfigurationExport export, Drift drift) : AdminRoutes
{
    private static readonly (string Name, string Summary)[] Prune = [("prune", "Sections, separated by commas: what the file does not name there is deleted. People never are.")];

    private static readonly JsonObject ChangesSchema = ApiSchema.Array(ApiSchema.Object("verb:string kind:string name:string what:string[]", ("members", ApiSchema.Array(ApiSchema.Object("name:string secret:boolean",
        ("old", []), ("new", []))))));

    private static readonly JsonObject Changed = ApiSchema.Object("changes:integer", ("items", ChangesSchema));

    /// <inheritdoc/>
    public override IReadOnlyList<AdminRoute> Routes =>
    [
        new("GET", "/configuration", "exportConfiguration", "The installation as a configuration file, without secrets, API keys and people.", async call => new ApiAnswer(await export.WriteAsync(call.Operator, call.Stop)))
        {
            Permission = ManagementPermissions.ViewSystem, Gives = ConfigurationSchema.Body,
        },
        new("POST", "/configuration/plan", "planConfiguration", "What applying the file, of at most 8 MB, would change; nothing is changed.",
            async call => Answer(await configurator.PlanAsync(call.Operator, await ReadAsync(call), call.Stop)))
        {
            Permission = ManagementPermissions.ViewSystem, ChangesNothing = true, MaxBody = ProtocolRequest.MaxConfiguration, Takes = ConfigurationSchema.Body, Gives = Changed, Query = Prune,
        },
        new("POST", "/configuration", "applyConfiguration", "Applies the file, of at most 8 MB: all of it or nothing. Each part needs the permission that it needs by itself too. References (env:, file:) are not followed here.",
            async call => Answer(await configurator.ApplyAsync(call.Operator, await ReadAsync(call), call.Stop)))
        {
            Permission = ManagementPermissions.ManageSystem, IsSensitive = true, MayConflict = true, MaxBody = ProtocolRequest.MaxConfiguration, Takes = ConfigurationSchema.Body, Gives = Changed, Query = Prune,
        },
        new("GET", "/configuration/drift", "getConfigurationDrift", "How what stands differs from what files last asked for.", async call => new ApiAnswer(DriftReport.ToJson(await drift.LookAsync(call.Operator, call.Stop))))
        {
            Permission = ManagementPermissions.ViewSystem, Gives = ApiSchema.Object("applied?:date-time by?:string partial?:boolean changes:integer", ("items", ChangesSchema)),
        },
    ];

    private static async Task<ConfigurationFile> ReadAsync(AdminCall call)
    {
        using var content = new MemoryStream();
        await call.Context.Request.Body.CopyToAsync(content, call.Stop);
        var file = new ConfigurationFile { IsRemembered = true };
        try
        {
            file.AddForeign("body", content.ToArray());
            if (call.Query("prune") is { } sections) file.Prune(sections.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        }
        catch (ConfigurationException refusal) when (refusal.Place is null && refusal.Line is null)
        {
            throw ApiProblem.Invalid(("prune", "refused", refusal.Message));
        }

        return file;
    }

    private static ApiAnswer Answer(IReadOnlyList<Change> changes) => new(new JsonObject { ["changes"] = changes.Count(change => change.IsChange), ["items"] = Items(changes) });

    private static JsonArray Items(IReadOnlyList<Change> changes) => [.. changes.Select(change => change.ToJson())];
}
