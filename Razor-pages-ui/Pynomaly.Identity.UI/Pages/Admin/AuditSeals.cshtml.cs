using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>The chain of seals over the audit trail, and whether it holds.</summary>
internal sealed class AuditSealsModel(CurrentPerson person, Operators operators, AuditLog log, AuditVerifications verifications, People people) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewAudit;

    /// <summary>Where the list goes on.</summary>
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    /// <summary>The seals, newest first.</summary>
    public Page<AuditSeal> List { get; private set; } = new([], null);

    /// <summary>The key that proves their signatures.</summary>
    public string PublicKey { get; private set; } = "";

    /// <summary>Why what was found is accepted.</summary>
    [BindProperty]
    public string? Reason { get; set; }

    /// <summary>The verification that is meant.</summary>
    [BindProperty(Name = "id")]
    public string? Id { get; set; }

    /// <summary>The last verification, running or ended; null: there was none.</summary>
    public AuditVerificationRun? Run { get; private set; }

    /// <summary>What came of it.</summary>
    public JsonObject? Result => Run?.Result;

    /// <summary>Whether the chain holds, but for what was accepted.</summary>
    public bool Holds => (bool?)Result?["holds"] == true;

    /// <summary>Whether the operator can accept what was found.</summary>
    public bool MayAccept => Run?.Break is not null && Operator.Holds(ManagementPermissions.ManageSystem);

    /// <summary>The places that do not hold.</summary>
    public IReadOnlyList<(string Kind, long FirstSeal, long LastSeal, long FirstSequence, long LastSequence)> Findings =>
        [.. Each("findings").Select(one => ((string)one["kind"]!, (long)one["first_seal"]!, (long)one["last_seal"]!, (long)one["first_sequence"]!, (long)one["last_sequence"]!))];

    /// <summary>What somebody accepted.</summary>
    public IReadOnlyList<(long Through, long LastSequence, long Problems, string By, DateTimeOffset At, string Reason)> Accepted =>
        [.. Each("accepted").Select(one => ((long)one["through_seal"]!, (long)one["through_sequence"]!, (long)one["problems"]!, (string)one["by"]!, (DateTimeOffset)one["at"]!, (string)one["reason"]!))];

    /// <summary>Names of those who accepted something.</summary>
    public Dictionary<string, string> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>How far it is, of a hundred.</summary>
    public long Percent => Run is { Total: > 0 } run ? Math.Min(99, run.Entries * 100 / run.Total) : 0;

    /// <summary>Shows them.</summary>
    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>Begins to verify the whole trail.</summary>
    public async Task<IActionResult> OnPostVerifyAsync(CancellationToken cancellationToken)
    {
        await verifications.StartAsync(Operator, cancellationToken);
        return new SeeOther(Request.Path);
    }

    /// <summary>Accepts what was found, and verifies again: what is behind it is to hold, and the page is to say so.</summary>
    public async Task<IActionResult> OnPostAcceptAsync(CancellationToken cancellationToken)
    {
        await verifications.AcceptAsync(Operator, Id ?? "", Reason ?? "", cancellationToken);
        try
        {
            await verifications.StartAsync(Operator, cancellationToken);
        }
        catch (AdministrationException e) when (e.Problem == AdministrationProblem.Conflict)
        {
            // It is accepted for good, and somebody else verifies already: that is no refusal.
        }

        return Told("BreakAccepted");
    }

    /// <summary>One of the numbers that came of it.</summary>
    public string NumberOf(string name) => ((long?)Result?[name] ?? 0).ToString("N0", CultureInfo.CurrentCulture);

    private IEnumerable<JsonNode> Each(string name) => Result?[name]?.AsArray().Select(one => one!) ?? [];

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        List = await log.SealsAsync(Operator, After, Cursors.Usual, cancellationToken);
        Run = await verifications.FindAsync(Operator, cancellationToken);
        if (Run?.State == AuditVerificationRun.Running)
        {
            Response.Headers["Refresh"] = "3";
            SayAgain();
        }

        foreach (var by in Accepted.Select(one => one.By).Distinct(StringComparer.Ordinal)) Names[by] = await ActorNames.OfAsync(people, Operator, by, Text<ConsoleTexts>(), cancellationToken);
        PublicKey = await log.PublicKeyAsync(Operator, cancellationToken);
    }
}
