using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>The revocation list as every API sees it, and two ways to add to it: one token, or all of a client.</summary>
internal sealed class RevocationsModel(CurrentPerson person, Operators operators, RevocationAdministration revocations) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewSessions;

    /// <inheritdoc/>
    protected override bool IsShownEmpty => true;

    /// <summary>"jti", "client_id" or "kid".</summary>
    [BindProperty(SupportsGet = true)]
    public string? Kind { get; set; }

    /// <summary>Where the list goes on.</summary>
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    /// <summary>A token, or its jti.</summary>
    [BindProperty]
    public string? Token { get; set; }

    /// <summary>The client whose tokens are ended.</summary>
    [BindProperty(Name = "client")]
    public string? Client { get; set; }

    /// <summary>The list.</summary>
    public Page<RevocationSummary> List { get; private set; } = new([], null);

    /// <summary>How it stands on this node.</summary>
    public RevocationStatus Status { get; private set; } = new(0, 0, 0, 0, []);

    /// <summary>A delay for people: whole milliseconds, or a dash.</summary>
    public static string Milliseconds(TimeSpan? delay) => delay is { } time ? $"{Math.Ceiling(time.TotalMilliseconds):N0} ms" : "–";

    /// <summary>Shows it.</summary>
    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>Ends a token.</summary>
    public async Task<IActionResult> OnPostRevokeAsync(CancellationToken cancellationToken)
    {
        var ended = await revocations.RevokeAsync(Operator, Token?.Trim() ?? "", cancellationToken);
        return Told(ended.Kind == "access_token" ? "TokenRevoked" : "GrantRevoked", with: ended.Subject);
    }

    /// <summary>Ends all tokens that a client has.</summary>
    public async Task<IActionResult> OnPostCutOffAsync(CancellationToken cancellationToken)
    {
        try
        {
            await revocations.CutOffClientAsync(Operator, Client?.Trim() ?? "", cancellationToken);
        }
        catch (AdministrationException missing) when (missing.Problem == AdministrationProblem.NotFound)
        {
            throw AdministrationException.Invalid("client", "unknown", $"There is no such client");
        }

        return Told("ClientCutOff", with: Client?.Trim());
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        Status = revocations.Look(Operator);
        List = await revocations.ListAsync(Operator, string.IsNullOrEmpty(Kind) ? null : Kind, After, Cursors.Usual, cancellationToken);
    }
}
