using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>A page of the console. Before any handler runs it knows who administers and that they may see it; what the management layer refuses becomes words on the page.</summary>
internal abstract class AdminPage(CurrentPerson person, Operators operators) : PageModel
{
    private const string DoneKey = "done";
    private const string DoneWithKey = "done-with";

    /// <summary>Who administers, as the management layer asks for.</summary>
    public Operator Operator { get; private set; } = null!;

    /// <summary>The same, as shown.</summary>
    public PersonView Person { get; private set; } = null!;

    /// <summary>What the form before this page has done: the name of a text below "Done."; null when there was none.</summary>
    public string? Done { get; private set; }

    /// <summary>What the text speaks of: a name or a number.</summary>
    public string? DoneWith { get; private set; }

    /// <summary>What the management layer refused.</summary>
    public AdministrationException? Refused { get; private set; }

    /// <summary>True when what was refused is a filter or another question, and not an act: nothing was to be done.</summary>
    public bool IsQuestionRefused => Refused?.Problem == AdministrationProblem.Invalid && !HttpMethods.IsPost(Request.Method);

    /// <summary>The permission that the page needs; null: every administrator sees it.</summary>
    protected abstract string? Permission { get; }

    /// <summary>A second permission that it needs beside that one; null: none.</summary>
    protected virtual string? AlsoNeeded => null;

    /// <summary>True for a page that can be shown although what it lists could not be looked up: a filter that cannot stand is told beside its field.</summary>
    protected virtual bool IsShownEmpty => false;

    /// <inheritdoc/>
    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (await person.FindAsync(HttpContext, HttpContext.RequestAborted) is not { } current)
        {
            context.Result = new SeeOther(With(Paths.SignInPage));
            return;
        }

        if (await operators.FindAsync(HttpContext, current.Session, current.Account) is not { } found)
        {
            // A session of a trusted browser has proved one factor only; whoever administers nothing learns nothing.
            context.Result = await operators.IsAdministratorAsync(current.Account) ? new SeeOther(With(Paths.ConfirmPage)) : NotFound();
            return;
        }

        (Operator, Person) = (found, PersonView.Of(current.Account));
        HttpContext.Items[typeof(AdminPage)] = this; // what the page of a refusal goes back to
        if (Missing is { } missing)
        {
            context.Result = Closed(missing);
            return;
        }

        (Done, DoneWith) = (TempData[DoneKey] as string, TempData[DoneWithKey] as string);
        var ended = await next();
        if (ended.Exception is AdministrationException { Problem: AdministrationProblem.Forbidden } forbidden)
            await HttpContext.RequestServices.GetRequiredService<RefusedActs>().EnterAsync(Operator, $"{Request.Method} {RouteData.Values["page"]}", forbidden.Message, HttpContext.RequestAborted);
        if (ended.Exception is AdministrationException refusal) (ended.Result, ended.ExceptionHandled) = (await ShowAsync(refusal), true);
    }

    /// <summary>Loads what the page shows; called by its GET handlers, and when a form was refused and the page is shown again with what was typed.</summary>
    public virtual Task LoadAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The answer to a form that did what it should: goes on to a page of the console, which says so once. The name is that of a text below "Done.".</summary>
    protected IActionResult Told(string done, string? path = null, string? with = null)
    {
        TempData[DoneKey] = done;
        if (with is not null) TempData[DoneWithKey] = with;
        return new SeeOther(path ?? Request.Path);
    }

    /// <summary>Says the same on the next page again: this one comes again by itself, sooner than it can be read (WCAG 2.2.1).</summary>
    protected void SayAgain()
    {
        TempData.Keep(DoneKey);
        TempData.Keep(DoneWithKey);
    }

    /// <summary>Sends whoever did not prove themselves a moment ago to do so; null: go on. For pages whose form would be lost if it were asked only afterwards.</summary>
    protected IActionResult? AskToConfirm() => Operator.IsConfirmed ? null : new SeeOther(With(Paths.ConfirmPage));

    /// <summary>Whether a moment is still to come.</summary>
    public bool IsAhead(DateTimeOffset? moment) => moment > HttpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();

    /// <summary>The form's name of a field that the management layer speaks of.</summary>
    protected virtual string FieldOf(string name) => name.Replace("_", "", StringComparison.Ordinal);

    /// <summary>The name of a thing, which may hold any visible character: read from the address as it came, since a path that was decoded cannot tell "/" from "%2F".</summary>
    protected string NameInPath(string before)
    {
        var target = HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        if (target.IndexOf(before, StringComparison.OrdinalIgnoreCase) is not (>= 0 and var at)) return "";
        var name = target.AsSpan(at + before.Length);
        return Uri.UnescapeDataString(name.IndexOfAny("/?#") is >= 0 and var end ? name[..end] : name);
    }

    /// <summary>What was typed into a field; null: nothing.</summary>
    protected static string? TextOf(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>What was typed into a field for many: one a line, or with blanks or commas between them.</summary>
    protected static string[] LinesOf(string? text) => (text ?? "").Split([' ', ',', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private string? Missing => new[] { Permission, AlsoNeeded }.FirstOrDefault(needed => needed is not null && !Operator.Holds(needed));

    // The page that says so names what is missing: who administers may know, and knows then whom to ask for what.
    private StatusCodeResult Closed(string why)
    {
        HttpContext.Items[typeof(ClosedPage)] = new ClosedPage(Missing, why);
        return StatusCode(StatusCodes.Status403Forbidden);
    }

    private async Task<IActionResult> ShowAsync(AdministrationException refusal)
    {
        switch (refusal.Problem)
        {
            case AdministrationProblem.NotConfirmed: return new SeeOther(With(Paths.ConfirmPage));
            case AdministrationProblem.NotFound: return NotFound();
            case AdministrationProblem.Invalid when HttpMethods.IsGet(Request.Method) && refusal.Errors.Any(problem => problem.Field == "after"): return new SeeOther(FirstPage()); // a cursor of another list or filter
            case AdministrationProblem.Forbidden when HttpMethods.IsGet(Request.Method): return Closed(Said.Of(refusal, Text<ConsoleTexts>(), Text<Texts>()));
            default:
                Refused = refusal;
                foreach (var problem in refusal.Errors) ModelState.AddModelError(FieldOf(problem.Field), Said.Of(problem, Text<ConsoleTexts>(), Text<Texts>()));
                Response.StatusCode = StatusOf(refusal);
                return await ReloadAsync() ? Page() : StatusCode(StatusOf(refusal));
        }
    }

    // The same list from its beginning.
    private string FirstPage() => Request.Path + QueryString.Create(Request.Query.Where(part => part.Key != "after"));

    /// <summary>Texts in the reader's language.</summary>
    protected IStringLocalizer<T> Text<T>() => HttpContext.RequestServices.GetRequiredService<IStringLocalizer<T>>();

    private static int StatusOf(AdministrationException refusal) => refusal.Problem switch
    {
        AdministrationProblem.Forbidden => StatusCodes.Status403Forbidden,
        AdministrationProblem.Conflict or AdministrationProblem.Changed => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status400BadRequest,
    };

    private async Task<bool> ReloadAsync()
    {
        try
        {
            await LoadAsync(HttpContext.RequestAborted);
            return true;
        }
        catch (AdministrationException)
        {
            return IsShownEmpty;
        }
    }

    // A form's own address may be one that only takes forms; its page is the same path without the handler.
    private string With(string page)
    {
        var path = HttpMethods.IsGet(Request.Method) || HttpMethods.IsHead(Request.Method) ? Request.Path + Request.QueryString.ToUriComponent() : Request.Path.Value;
        return $"{page}?return={Uri.EscapeDataString(LocalPath.Find(path) ?? AdminSection.Of(Request.Path).Path)}";
    }
}
