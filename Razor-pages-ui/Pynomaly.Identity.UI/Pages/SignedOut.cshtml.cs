using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>The end of a session, where no client asked for the person to come back.</summary>
internal sealed class SignedOutModel : PageModel;
