using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>After the account was deleted, or will be.</summary>
internal sealed class GoodbyeModel : PageModel
{
    /// <summary>Until when it can be kept; null: it is gone, or the page was opened by itself.</summary>
    public string? Until => TempData["until"] as string;
}
