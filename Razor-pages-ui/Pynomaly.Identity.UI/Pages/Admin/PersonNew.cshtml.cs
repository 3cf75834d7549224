using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Adds a person: by an invitation, with which they choose name and password, or by an account with a name that stands. Nobody but the person ever sets the password.</summary>
internal sealed class PersonNewModel(CurrentPerson person, Operators operators, AccountRegistry accounts, RoleAdministration roles) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ManageUsers;

    /// <summary>"account" makes the account at once; anything else invites.</summary>
    [BindProperty(SupportsGet = true)]
    public string? How { get; set; }

    /// <summary>The name to sign in with.</summary>
    [BindProperty]
    public string? UserName { get; set; }

    /// <summary>The address.</summary>
    [BindProperty]
    public string? Email { get; set; }

    /// <summary>Whether the operator vouches for it.</summary>
    [BindProperty]
    public bool EmailVerified { get; set; }

    /// <summary>The roles.</summary>
    [BindProperty]
    public List<string> Roles { get; set; } = [];

    /// <summary>The roles that the operator may give.</summary>
    public IReadOnlyList<RoleDetails> Givable { get; private set; } = [];

    /// <summary>The link that was made; shown this once.</summary>
    public LinkView? Link { get; private set; }

    /// <summary>True: the account is made at once.</summary>
    public bool IsAccount => How == "account";

    /// <summary>Shows the form.</summary>
    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>Invites.</summary>
    public async Task OnPostInviteAsync(CancellationToken cancellationToken)
    {
        How = null;
        Link = new LinkView("Invitation", await accounts.InviteAsync(Operator, Email ?? "", Roles, cancellationToken), "/admin/people");
    }

    /// <summary>Makes the account.</summary>
    public async Task OnPostAccountAsync(CancellationToken cancellationToken)
    {
        How = "account";
        var made = await accounts.CreateAsync(Operator, new NewPerson { UserName = UserName ?? "", Email = Email, EmailVerified = EmailVerified, Roles = Roles }, cancellationToken);
        Link = new LinkView("Welcome", made.Link, $"/admin/people/{made.Id}");
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (Operator.Holds(ManagementPermissions.ViewRoles)) Givable = [.. (await roles.ListAsync(Operator, null, Cursors.Most, cancellationToken)).Items.Where(role => role.MayBeGiven)];
    }
}
