using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>How a person signs in, and the links that help one who cannot any more. An operator sets no password and takes no factor away: the link lets the person do it.</summary>
internal sealed class PersonFactorsModel(CurrentPerson person, Operators operators, People people, AccountRegistry accounts) : PersonPage(person, operators, people)
{
    /// <summary>The link that was made for handing over; shown this once.</summary>
    public LinkView? Link { get; private set; }

    /// <summary>"mail" or "hand".</summary>
    [BindProperty]
    public string? Id { get; set; }

    /// <summary>True when links can be made for this account.</summary>
    public bool MayHelp => Shown.MayBeChanged && Operator.Holds(ManagementPermissions.ManageUsers) && !Shown.Account.IsDisabled;

    /// <summary>Makes a link to a new password.</summary>
    public Task<IActionResult> OnPostPasswordAsync(CancellationToken cancellationToken) => MakeAsync(accounts.ResetPasswordAsync, "Password", cancellationToken);

    /// <summary>Makes a link that takes lost factors away.</summary>
    public Task<IActionResult> OnPostFactorsAsync(CancellationToken cancellationToken) => MakeAsync(accounts.ResetFactorsAsync, "Factors", cancellationToken);

    private async Task<IActionResult> MakeAsync(Func<Operator, string, LinkDelivery, CancellationToken, Task<string?>> make, string name, CancellationToken cancellationToken)
    {
        if (await make(Operator, PersonId, Id == "hand" ? LinkDelivery.Hand : LinkDelivery.Mail, cancellationToken) is not { } link) return Told($"LinkSent{name}");
        await LoadAsync(cancellationToken);
        Link = new LinkView(name, link, PathOf("factors"));
        return Page();
    }
}
