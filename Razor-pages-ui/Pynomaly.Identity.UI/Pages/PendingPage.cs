using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.UI.Resources;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>A page of a half-done sign-in. What was proven so far stands on the server and belongs to this browser; the address only names it (attack case CS-11).</summary>
internal abstract class PendingPage(Interactions interactions, PendingSignIns pending, Accounts accounts, CurrentPerson person, IStringLocalizer<Texts> text) : SignInPage(interactions, text)
{
    /// <summary>The half-done sign-in, by its handle.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Step { get; set; }

    /// <summary>Who signs in.</summary>
    public PersonView Person { get; private set; } = null!;

    /// <summary>The half-done sign-in.</summary>
    protected PendingSignIn Pending { get; private set; } = null!;

    /// <summary>Who is signed in.</summary>
    protected CurrentPerson CurrentPerson => person;

    /// <summary>Finds the request and the sign-in. Otherwise the answer: back to the first step that is not done.</summary>
    protected async Task<IActionResult?> UnmetAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken)) return Expired();
        if (await pending.FindAsync(Step, HttpContext, cancellationToken) is not { } found || await accounts.FindAsync(found.UserId, cancellationToken) is not { } account)
            return await person.FindAsync(HttpContext, cancellationToken) is null ? new SeeOther(SignInAgainPath) : new SeeOther(End);
        (Pending, Person) = (found, PersonView.Of(account));
        return null;
    }

    /// <summary>Reads the sign-in again, after something was noted in it.</summary>
    protected async Task<PendingSignIn?> ReadAgainAsync(CancellationToken cancellationToken) => await pending.FindAsync(Step, HttpContext, cancellationToken);

    /// <summary>The sign-in page, which says that the last try took too long.</summary>
    protected string SignInAgainPath => Carry(Paths.SignInPage + "?expired=true");
}
