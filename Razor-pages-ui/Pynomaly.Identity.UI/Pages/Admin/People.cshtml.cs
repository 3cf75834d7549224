using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.UI.Components;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Everybody with an account: found, filtered, ordered, and many handled at once. What is done to many is asked for first, with their number and names.</summary>
internal sealed class PeopleModel(CurrentPerson person, Operators operators, People people, RoleAdministration roles, BulkAdministration bulk) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewUsers;

    /// <inheritdoc/>
    protected override bool IsShownEmpty => true;

    /// <summary>The beginning of a name or an address, or an id.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Search { get; set; }

    /// <summary>Those who have this role.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Role { get; set; }

    /// <summary>"active", "disabled", "locked" or "leaving".</summary>
    [BindProperty(SupportsGet = true)]
    public string? State { get; set; }

    /// <summary>"yes" or "no": those with a second factor.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Factor { get; set; }

    /// <summary>The order.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Sort { get; set; }

    /// <summary>Where the list goes on.</summary>
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    /// <summary>Those who were chosen.</summary>
    [BindProperty]
    public List<string> Ids { get; set; } = [];

    /// <summary>What to do to them.</summary>
    [BindProperty]
    public BulkAct? Act { get; set; }

    /// <summary>The role to give or to take.</summary>
    [BindProperty]
    public string? Give { get; set; }

    /// <summary>The list.</summary>
    public Page<PersonSummary> List { get; private set; } = new([], null);

    /// <summary>The roles to filter by.</summary>
    public IReadOnlyList<RoleDetails> Roles { get; private set; } = [];

    /// <summary>True: nothing is done yet; the page asks whether it shall be.</summary>
    public bool IsQuestion { get; private set; }

    /// <summary>Those to whom it was not done, and why.</summary>
    public IReadOnlyList<BulkOutcome> Failed { get; private set; } = [];

    /// <summary>To how many it was done, when it was not done to all.</summary>
    public int DoneTo { get; private set; }

    /// <summary>True when not everybody is shown.</summary>
    public bool IsFiltered => !string.IsNullOrEmpty(Search) || !string.IsNullOrEmpty(Role) || !string.IsNullOrEmpty(State) || !string.IsNullOrEmpty(Factor);

    /// <summary>What the operator may do to many.</summary>
    public IReadOnlyList<BulkAct> Acts =>
    [
        .. Operator.Holds(ManagementPermissions.ManageUsers) ? (BulkAct[])[BulkAct.Disable, BulkAct.Enable] : [],
        .. Operator.Holds(ManagementPermissions.ManageSessions) ? (BulkAct[])[BulkAct.EndSessions] : [],
        .. Roles.Any(role => role.MayBeGiven) ? (BulkAct[])[BulkAct.AssignRole, BulkAct.UnassignRole] : [],
    ];

    /// <summary>The name of one who was chosen, as far as the list shows it.</summary>
    public string NameOf(string id) => List.Items.FirstOrDefault(one => one.Id == id) is { } found ? Words.Name(found.Name ?? found.UserName) : id;

    /// <summary>Shows the list.</summary>
    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>Asks before something is done to many; nothing is done yet.</summary>
    public async Task OnPostAskAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        if (Ids.Count == 0) ModelState.AddModelError("ids", "none");
        else if (Act is null || !Acts.Contains(Act.Value)) ModelState.AddModelError("act", "none");
        else if (Act is BulkAct.AssignRole or BulkAct.UnassignRole && string.IsNullOrEmpty(Give)) ModelState.AddModelError("give", "none");
        else IsQuestion = true;
    }

    /// <summary>Does it.</summary>
    public async Task<IActionResult> OnPostRunAsync(CancellationToken cancellationToken)
    {
        var outcomes = await bulk.RunAsync(Operator, Act ?? BulkAct.Disable, Act is null ? [] : Ids, Give, cancellationToken);
        Failed = [.. outcomes.Where(outcome => !outcome.Done)];
        DoneTo = outcomes.Count - Failed.Count;
        if (Failed.Count == 0) return Told(DoneTo == 1 ? "BulkOne" : "BulkMany", ConsoleLink.With(Request, ("handler", null)), DoneTo.ToString(CultureInfo.CurrentCulture));
        Ids = [.. Failed.Select(outcome => outcome.Id)]; // who is done with is not chosen any more
        await LoadAsync(cancellationToken);
        return Page();
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (Operator.Holds(ManagementPermissions.ViewRoles)) Roles = (await roles.ListAsync(Operator, null, Cursors.Most, cancellationToken)).Items;
        List = await people.ListAsync(Operator, new PeopleQuery
        {
            Search = Search, Role = TextOf(Role), IsDisabled = State switch { "disabled" => true, "active" => false, _ => null }, IsLocked = State == "locked" ? true : null,
            IsToBeDeleted = State == "leaving" ? true : null, HasSecondFactor = Factor switch { "yes" => true, "no" => false, _ => null }, Order = TextOf(Sort) ?? "name",
        }, After, Cursors.Usual, cancellationToken);
    }
}
