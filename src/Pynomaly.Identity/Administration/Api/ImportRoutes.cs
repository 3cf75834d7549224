using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Administration.Importing;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>Bringing accounts and clients in over the API: small files whole, in one request; what is larger is imported on the machine itself.</summary>
internal sealed class ImportRoutes(Imports imports) : AdminRoutes
{
    private static readonly JsonObject Item = ApiSchema.Object("id:string kind:string source:string state:string position:integer created:integer skipped:integer refused:integer actor:string started:date-time updated:date-time report?:object");

    /// <inheritdoc/>
    public override IReadOnlyList<AdminRoute> Routes =>
    [
        new("GET", "/imports", "listImports", "Imports, the newest first.", async call => PageAnswer.Of(await imports.ListAsync(call.Operator, call.After, call.Limit, call.Stop), ToJson))
        {
            Permission = ManagementPermissions.ViewSystem, Gives = PageAnswer.Schema(Item), Query = PageAnswer.Query,
        },
        new("GET", "/imports/{id}", "getImport", "One import, with its report.", async call => new ApiAnswer(ToJson(await imports.GetAsync(call.Operator, call.Id, call.Stop)))) { Permission = ManagementPermissions.ViewSystem, Gives = Item },
        new("POST", "/imports", "runImport", "Bring accounts, roles, clients and scopes in from another system, or with dry_run say what would come of it. JSON or CSV of at most 8 MB; nothing that is here is changed.", RunAsync)
        {
            Permission = ManagementPermissions.ManageSystem, IsSensitive = true, MayConflict = true, MaxBody = ProtocolRequest.MaxImport,
            Takes = ApiSchema.Object("kind:string dry_run?:boolean resume?:boolean roles?:object", ("files", ApiSchema.Array(ApiSchema.Object("name:string content:string")))),
            Gives = ApiSchema.Object("id?:string dry_run:boolean position:integer created:integer skipped:integer refused:integer report:object"),
        },
        new("POST", "/imports/{id}/stop", "stopImport", "Stop an import after the batch that it is at, on whichever node it runs. It can be resumed.", StopAsync) { Permission = ManagementPermissions.ManageSystem, MayConflict = true },
    ];

    private async Task<ApiAnswer> StopAsync(AdminCall call)
    {
        await imports.StopAsync(call.Operator, call.Id, call.Stop);
        return ApiAnswer.Done;
    }

    private async Task<ApiAnswer> RunAsync(AdminCall call)
    {
        var body = await call.ReadAsync("kind", "files", "dry_run", "resume", "roles");
        var result = await imports.RunAsync(call.Operator, new ImportRequest
        {
            Kind = ApiRequest.Require(body, "kind"), Files = FilesOf(body), IsDryRun = Flag(body, "dry_run"), IsResumed = Flag(body, "resume"), Roles = RolesOf(body),
        }, null, call.Stop);
        var answer = new JsonObject
        {
            ["dry_run"] = result.Id is null, ["position"] = result.Progress.Position, ["created"] = result.Progress.Created, ["skipped"] = result.Progress.Skipped, ["refused"] = result.Progress.Refused,
            ["report"] = result.Report.ToJson(),
        };
        if (result.Id is { } id) answer["id"] = id;
        return new ApiAnswer(answer);
    }

    private static List<ImportFile> FilesOf(JsonObject body)
    {
        if (body["files"] is not JsonArray array) throw ApiProblem.Invalid(("files", "missing", "A list of objects with name and content"));
        List<ImportFile> files = [];
        long total = 0;
        foreach (var item in array)
        {
            if (item is not JsonObject file) throw ApiProblem.Invalid(("files", "no_object", "Each is an object with name and content"));
            var content = Encoding.UTF8.GetBytes(ApiRequest.Require(file, "content"));
            if ((total += content.Length) > ImportRequest.MostSent) throw ApiProblem.Invalid(("files", "too_large", "At most 8 MB over the API; the command import takes more"));
            files.Add(ImportFile.Of(ApiRequest.Require(file, "name"), content));
        }

        return files;
    }

    private static Dictionary<string, string> RolesOf(JsonObject body) => body["roles"] switch
    {
        null => [],
        JsonObject roles => roles.ToDictionary(one => one.Key, one => ApiRequest.Find(roles, one.Key) ?? "", StringComparer.Ordinal),
        _ => throw ApiProblem.Invalid(("roles", "no_object", "An object: names of roles there, and roles here")),
    };

    private static bool Flag(JsonObject body, string name) => body[name]?.GetValueKind() switch
    {
        null or JsonValueKind.False => false,
        JsonValueKind.True => true,
        _ => throw ApiProblem.Invalid((name, "no_flag", "Write true or false")),
    };

    private static JsonObject ToJson(Import import)
    {
        var json = new JsonObject
        {
            ["id"] = import.Id, ["kind"] = import.Kind, ["source"] = import.Source, ["state"] = import.State, ["position"] = import.Position, ["created"] = import.Created, ["skipped"] = import.Skipped,
            ["refused"] = import.Refused, ["actor"] = import.Actor, ["started"] = import.Started.UtcDateTime, ["updated"] = import.Updated.UtcDateTime,
        };
        if (import.Report is not null) json["report"] = ImportReport.Read(import.Report).ToJson();
        return json;
    }
}
