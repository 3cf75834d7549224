using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>The first page of the console: what has happened, and what somebody should look at. Each figure leads to the list that it counts.</summary>
internal sealed class IndexModel(
    CurrentPerson person, Operators operators, Statistics statistics, ServerHealth health, SigningKeyAdministration signingKeys, ApiKeys apiKeys, ClientAdministration clients, TimeProvider time) : AdminPage(person, operators)
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    /// <summary>The lines that are drawn, whether more is worse, and the event that their figures lead to; null: several, told by outcome.</summary>
    public static IReadOnlyList<(string Name, bool IsTrouble, string? Event)> Lines { get; } =
        [("sign_ins", false, "SignedIn"), ("failures", true, null), ("tokens", false, "TokensIssued"), ("revocations", false, null), ("new_accounts", false, null), ("bans", true, null)];

    private static readonly (string Path, string Name, string Icon, string Permission)[] Steps =
    [
        ("/admin/clients/-/new", "Client", "app", ManagementPermissions.ManageClients), ("/admin/people/new", "Person", "user", ManagementPermissions.ManageUsers),
        ("/admin/roles", "Roles", "shield-check", ManagementPermissions.ViewRoles), ("/admin/imports/new", "Import", "download", ManagementPermissions.ManageSystem),
        ("/admin/settings", "Settings", "sliders", ManagementPermissions.ViewSystem),
    ];

    /// <inheritdoc/>
    protected override string? Permission => null;

    /// <summary>"days" draws the last 30 days, anything else the last 24 hours.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Over { get; set; }

    /// <summary>True: by days.</summary>
    public bool IsByDay => Over == "days";

    /// <summary>How often what happened; null: not for this operator.</summary>
    public StatisticSeries? Series { get; private set; }

    /// <summary>How the server stands; null: not for this operator.</summary>
    public IReadOnlyList<HealthItem>? Health { get; private set; }

    /// <summary>The key that signs next to be replaced; null: none, or not for this operator.</summary>
    public SigningKeyDetails? NextRotation { get; private set; }

    /// <summary>API keys that end soon.</summary>
    public IReadOnlyList<ApiKeySummary> Ending { get; private set; } = [];

    /// <summary>What comes first here, as long as no client is there: where to, its text below "First.", and its drawing.</summary>
    public IReadOnlyList<(string Path, string Name, string Icon)> FirstSteps { get; private set; } = [];

    /// <summary>Shows it.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        if (Operator.Holds(ManagementPermissions.ViewSystem) || Operator.Holds(ManagementPermissions.ViewAudit)) Series = await statistics.SeriesAsync(Operator, IsByDay, IsByDay ? 30 : 24, cancellationToken);
        if (Operator.Holds(ManagementPermissions.ViewSystem)) Health = await health.LookAsync(Operator, cancellationToken);
        if (Operator.Holds(ManagementPermissions.ViewKeys)) NextRotation = signingKeys.List(Operator).Where(key => key.NextRotation is not null).MinBy(key => key.NextRotation);
        if (Operator.Holds(ManagementPermissions.ViewApiKeys))
            Ending = (await apiKeys.ListAsync(Operator, new ApiKeyFilter { State = "active", ExpiresBefore = time.GetUtcNow() + Soon }, null, Cursors.Usual, cancellationToken)).Items;
        if (Operator.Holds(ManagementPermissions.ManageClients) && Operator.Holds(ManagementPermissions.ViewClients) && (await clients.ListAsync(Operator, new ClientFilter(), null, 1, cancellationToken)).Items.Count == 0)
            FirstSteps = [.. Steps.Where(step => Operator.Holds(step.Permission)).Select(step => (step.Path, step.Name, step.Icon))];
    }

    /// <summary>How often, in all.</summary>
    public long SumOf(string line) => Series!.Lines[line].Sum();

    /// <summary>The values of a line with the words for their moments.</summary>
    public IReadOnlyList<(string When, long Count)> ValuesOf(string line) =>
        [.. Series!.Lines[line].Select((count, i) => ((Series.Begin + (i * Series.Step)).UtcDateTime.ToString(IsByDay ? "M" : "HH:mm 'UTC'", CultureInfo.CurrentCulture), count))];

    /// <summary>Where a figure leads: the audit log, filtered to what it counts; null: the operator may not read it.</summary>
    public string? PathOf(string line, string? name)
    {
        if (!Operator.Holds(ManagementPermissions.ViewAudit)) return null;
        var events = Statistics.Lines.Single(one => one.Name == line).Events;
        var from = Series!.Begin.UtcDateTime.ToString("yyyy-MM-ddTHH:mmZ", CultureInfo.InvariantCulture);
        return $"/admin/audit?from={Uri.EscapeDataString(from)}&event={name ?? events[0]}";
    }
}
