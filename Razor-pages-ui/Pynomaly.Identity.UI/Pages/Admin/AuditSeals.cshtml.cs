using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Sealing;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>The chain of seals over the audit trail, and whether it holds.</summary>
internal sealed class AuditSealsModel(CurrentPerson person, Operators operators, AuditLog log) : AdminPage(person, operators)
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

    /// <summary>What came of verifying; null: not asked for.</summary>
    public AuditVerification? Verified { get; private set; }

    /// <summary>Shows them.</summary>
    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>Verifies the whole trail.</summary>
    public async Task OnPostVerifyAsync(CancellationToken cancellationToken)
    {
        Verified = await log.VerifyAsync(Operator, null, null, cancellationToken);
        await LoadAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        List = await log.SealsAsync(Operator, After, Cursors.Usual, cancellationToken);
        PublicKey = await log.PublicKeyAsync(Operator, cancellationToken);
    }
}
