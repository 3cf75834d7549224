using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.UI.Pages.OwnAccount;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Changes what an account says: name, address, claims. Only what differs is sent on.</summary>
internal sealed class PersonEditModel(CurrentPerson person, Operators operators, People people, AccountRegistry accounts) : PersonPage(person, operators, people)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ManageUsers;

    /// <summary>The name to sign in with.</summary>
    [BindProperty]
    public string? UserName { get; set; }

    /// <summary>The address.</summary>
    [BindProperty]
    public string? Email { get; set; }

    /// <summary>Whether it counts as proven.</summary>
    [BindProperty]
    public bool EmailVerified { get; set; }

    /// <summary>The claims by their names.</summary>
    [BindProperty]
    public Dictionary<string, string?> Values { get; set; } = [];

    /// <inheritdoc/>
    public override async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (AskToConfirm() is { } elsewhere) return elsewhere; // an address is changed after a fresh sign-in only
        await LoadAsync(cancellationToken);
        var account = Shown.Account;
        (UserName, Email, EmailVerified, Version) = (account.UserName, account.Email, account.EmailVerified, Shown.Version);
        return Page();
    }

    /// <summary>Saves it.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        var account = Shown.Account;
        var isMoved = (Email ?? "") != (account.Email ?? "");
        var change = new PersonChange
        {
            UserName = UserName == account.UserName ? null : UserName ?? "", Email = isMoved ? Email ?? "" : null,
            // The box that was ticked for the old address vouches for no other one: that is ticked anew, on the page as it stands then.
            EmailVerified = isMoved ? EmailVerified && !account.EmailVerified : EmailVerified == account.EmailVerified ? null : EmailVerified,
            Claims = Values.Where(one => ProfileClaim.Find(one.Key) is { } claim && (claim.Read(account) ?? "") != (one.Value ?? "")).ToDictionary(one => one.Key, one => one.Value),
        };
        await accounts.ChangeAsync(Operator, PersonId, change, Version, cancellationToken);
        return Told("PersonChanged", PathOf(""));
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        await base.LoadAsync(cancellationToken);
        foreach (var name in ProfileModel.Groups.SelectMany(group => group.Claims)) Values.TryAdd(name, ProfileClaim.Find(name)!.Read(Shown.Account));
    }

    /// <inheritdoc/>
    protected override string FieldOf(string name) => ProfileClaim.Find(name) is null ? base.FieldOf(name) : $"values[{name}]";
}
