using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>How what stands differs from what configuration files last asked for, in words; and what stands, as a file.</summary>
internal sealed class DriftModel(CurrentPerson person, Operators operators, Drift drift, ConfigurationExport export, People people) : AdminPage(person, operators)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };

    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewSystem;

    /// <summary>The differences; null: no file was ever applied.</summary>
    public DriftReport? Report { get; private set; }

    /// <summary>Who applied the files.</summary>
    public string By { get; private set; } = "";

    /// <summary>Shows them.</summary>
    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>Sends what stands as a configuration file.</summary>
    public async Task<IActionResult> OnPostExportAsync(CancellationToken cancellationToken) =>
        File(JsonSerializer.SerializeToUtf8Bytes<JsonNode>(await export.WriteAsync(Operator, cancellationToken), Readable), "application/json", "configuration.json");

    /// <summary>Where the thing is looked after; null: it is gone, or has no page.</summary>
    public static string? PathOf(Change change) => change switch
    {
        { Verb: "delete" } => null,
        { Kind: "application" } => $"/admin/clients/{Uri.EscapeDataString(change.Name)}",
        { Kind: "scope" } => $"/admin/scopes/{Uri.EscapeDataString(change.Name)}",
        { Kind: "role" } => $"/admin/roles/{change.Name}",
        { Kind: "permission" } => PermissionsModel.PathOf(change.Name),
        _ => null,
    };

    /// <summary>What is in one list and not in the other, when both values are lists or nothing; null: they are something else.</summary>
    public static (IReadOnlyList<string> Gone, IReadOnlyList<string> Come)? ListsOf(MemberChange member) =>
        TextsOf(member.Old) is { } before && TextsOf(member.New) is { } after && (member.Old is JsonArray || member.New is JsonArray) ? ([.. before.Except(after)], [.. after.Except(before)]) : null;

    /// <summary>A value as people read it.</summary>
    public static string TextOf(JsonNode value) => value is JsonValue text && text.GetValueKind() == JsonValueKind.String ? text.GetValue<string>() : value.ToJsonString(Readable);

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        Report = await drift.LookAsync(Operator, cancellationToken);
        if (Report is not null) By = await ActorNames.OfAsync(people, Operator, Report.By, Text<ConsoleTexts>(), cancellationToken);
    }

    private static List<string>? TextsOf(JsonNode? value) => value switch
    {
        null => [],
        JsonArray array => [.. array.Select(one => one is null ? "null" : TextOf(one))],
        _ => null,
    };
}
