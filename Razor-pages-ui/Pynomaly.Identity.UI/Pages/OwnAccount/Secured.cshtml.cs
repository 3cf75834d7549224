using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>After the panic button: what to do next.</summary>
internal sealed class SecuredModel : PageModel
{
    /// <summary>True when a link to a new password is on its way.</summary>
    public bool IsMailed => TempData["mailed"] is true;
}
