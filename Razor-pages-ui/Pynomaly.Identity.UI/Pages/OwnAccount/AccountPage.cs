using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>A page of the person's own account. Before any handler runs it knows who that is; nobody else gets further than to the sign-in page.</summary>
/// <remarks>Whose account it is follows from the session alone: no page reads a person's id from the address or a form (security cases SE-11, AD-06).</remarks>
internal abstract class AccountPage(CurrentPerson person, Confirmation confirmation) : PageModel
{
    private const string DoneKey = "done";

    /// <summary>The account.</summary>
    public Account Account { get; private set; } = null!;

    /// <summary>This browser's session.</summary>
    public Session Session { get; private set; } = null!;

    /// <summary>The account, as shown.</summary>
    public PersonView Person => PersonView.Of(Account);

    /// <summary>What the form before this page has done: the name of a text below "Account.Done."; null when there was none.</summary>
    public string? Done { get; private set; }

    /// <summary>True for whoever holds anything over this server: their account shows the way to the console.</summary>
    public bool IsAdministrator { get; private set; }

    /// <inheritdoc/>
    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (await person.FindAsync(HttpContext, HttpContext.RequestAborted) is not { } current)
        {
            context.Result = new SeeOther(With(Paths.SignInPage, ReturnPath()));
            return;
        }

        (Session, Account) = (current.Session, current.Account);
        IsAdministrator = await HttpContext.RequestServices.GetRequiredService<Operators>().IsAdministratorAsync(Account);
        Done = TempData[DoneKey] as string;
        await next();
    }

    /// <summary>The way to prove who one is, and back to this page; null when that was done a moment ago, as well as the person can. A form that needs it asks before it does anything.</summary>
    protected async Task<IActionResult?> RequireConfirmedAsync(CancellationToken cancellationToken) => await confirmation.IsConfirmedAsync(Session, cancellationToken) ? null : Confirm();

    /// <summary>The way to prove who one is, and back to this page.</summary>
    protected IActionResult Confirm() => new SeeOther(With(Paths.ConfirmPage, ReturnPath()));

    /// <summary>The answer to a form that did what it should: goes on to a page of the account, which says so once. The name is that of a text below "Account.Done.".</summary>
    protected IActionResult Told(string done, string? path = null)
    {
        TempData[DoneKey] = done;
        return new SeeOther(path ?? Request.Path);
    }

    // A form's own address may be one that only takes forms; its page is the same path without the handler.
    private string ReturnPath() => HttpMethods.IsGet(Request.Method) || HttpMethods.IsHead(Request.Method) ? Request.Path + Request.QueryString.ToUriComponent() : Request.Path;

    private static string With(string page, string path) => $"{page}?return={Uri.EscapeDataString(path)}";
}
