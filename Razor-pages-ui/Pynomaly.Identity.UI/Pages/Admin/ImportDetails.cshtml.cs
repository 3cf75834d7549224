using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Importing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>One import: how far it is, and what could not be taken or kept.</summary>
internal sealed class ImportDetailsModel(CurrentPerson person, Operators operators, Imports imports, People people) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewSystem;

    /// <summary>The import.</summary>
    public Import Import { get; private set; } = null!;

    /// <summary>What it could not take or keep so far.</summary>
    public ImportReport Report { get; private set; } = new();

    /// <summary>Who started it.</summary>
    public string Actor { get; private set; } = "";

    /// <summary>True while it goes on.</summary>
    public bool Runs => Import.State == "running";

    /// <summary>True when it can be gone on with.</summary>
    public bool CanGoOn => Import.State != "done" && !Runs;

    /// <summary>Whether the operator may stop it, or go on with it.</summary>
    public bool MayChange => Operator.Holds(ManagementPermissions.ManageSystem);

    private string Id => RouteData.Values["id"] as string ?? "";

    /// <summary>Shows it.</summary>
    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>Stops it.</summary>
    public async Task<IActionResult> OnPostStopAsync(CancellationToken cancellationToken)
    {
        await imports.StopAsync(Operator, Id, cancellationToken);
        return Told("ImportStopped");
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        Import = await imports.GetAsync(Operator, Id, cancellationToken);
        Report = ImportReport.Read(Import.Report);
        Actor = await ActorNames.OfAsync(people, Operator, Import.Actor, Text<ConsoleTexts>(), cancellationToken);
    }
}
