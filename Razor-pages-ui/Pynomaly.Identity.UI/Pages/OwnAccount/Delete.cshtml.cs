using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.UI.Resources;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>Deletes the account: says what that means, and asks for the username, so that nobody does it by a slip of the hand.</summary>
internal sealed class DeleteModel(CurrentPerson person, Confirmation confirmation, Deletion deletion, Sessions sessions, RememberedAccount remembered, IStringLocalizer<Texts> text) : AccountPage(person, confirmation)
{
    /// <summary>How many days the account can be kept still.</summary>
    public int Days => (int)Math.Ceiling(deletion.Delay.TotalDays);

    /// <summary>True when there is no other administrator.</summary>
    public bool IsLastAdministrator { get; private set; }

    /// <summary>The username, typed once more.</summary>
    [BindProperty]
    public string? Username { get; set; }

    /// <summary>Shows what it means.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await RequireConfirmedAsync(cancellationToken) ?? Page();

    /// <summary>Does it.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await RequireConfirmedAsync(cancellationToken) is { } unconfirmed) return unconfirmed;
        if (!string.Equals(Username?.Trim(), Account.UserName, StringComparison.OrdinalIgnoreCase))
        {
            ModelState.AddModelError(nameof(Username), text["Delete.WrongName"]);
            return Page();
        }

        switch (await deletion.AskAsync(HttpContext, Session, cancellationToken))
        {
            case DeletionResult.LastAdministrator:
                IsLastAdministrator = true;
                Response.StatusCode = StatusCodes.Status409Conflict;
                return Page();
            case DeletionResult.Asked asked:
                TempData["until"] = Words.Of(asked.DeleteAfter);
                break;
        }

        sessions.Forget(HttpContext);
        remembered.Forget(HttpContext);
        return new SeeOther(Paths.GoodbyePage);
    }
}
