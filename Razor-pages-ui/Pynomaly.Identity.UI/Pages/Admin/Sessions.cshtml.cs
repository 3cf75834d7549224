using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Everybody's sessions: where who is signed in, and the end of one with all that was granted in it.</summary>
internal sealed class SessionsModel(CurrentPerson person, Operators operators, SessionAdministration sessions) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewSessions;

    /// <inheritdoc/>
    protected override bool IsShownEmpty => true;

    /// <summary>Those that began at this address.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Address { get; set; }

    /// <summary>Those of this person, by id.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Owner { get; set; }

    /// <summary>"all" shows those that ended, too.</summary>
    [BindProperty(SupportsGet = true)]
    public string? State { get; set; }

    /// <summary>Where the list goes on.</summary>
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    /// <summary>The one to end.</summary>
    [BindProperty(Name = "id")]
    public string? Id { get; set; }

    /// <summary>The list.</summary>
    public Page<SessionSummary> List { get; private set; } = new([], null);

    /// <summary>Shows it.</summary>
    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>Ends one.</summary>
    public async Task<IActionResult> OnPostEndAsync(CancellationToken cancellationToken)
    {
        await sessions.EndAsync(Operator, Id ?? "", cancellationToken);
        return Told("SessionEnded");
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken) =>
        List = await sessions.ListAsync(Operator, new SessionFilter { Address = TextOf(Address), UserId = TextOf(Owner), All = State == "all" }, After, Cursors.Usual, cancellationToken);
}
