using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.UI.Resources;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>All second factors lost: asks for a link where the policy allows it, and takes the factors away by one.</summary>
internal sealed class RecoverModel(FactorRecovery recovery, PendingSignIns pendings, TimeProvider time, ServerOptions options, IStringLocalizer<Texts> text) : LinkPage(options, text)
{
    private PendingSignIn? _pending;

    /// <summary>The half-done sign-in of a person who has just given the password.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Step { get; set; }

    /// <summary>True after a link was asked for.</summary>
    [BindProperty(SupportsGet = true, Name = "sent")]
    public bool IsSent { get; set; }

    /// <summary>From when on the link works, when that is not yet.</summary>
    public string? Opens { get; private set; }

    /// <summary>True when the link works.</summary>
    public bool CanReset { get; private set; }

    /// <summary>True when this person may ask for one.</summary>
    public bool CanAsk => !CanReset && !IsDone && !IsSent && Opens is null && recovery.IsByEmail && _pending is { SessionId: null };

    /// <summary>Shows what can be done.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await FindAsync(cancellationToken) ? Page() : Ended();

    /// <summary>Does it.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken)) return Ended();
        if (CanReset) return Show(await recovery.CompleteAsync(HttpContext, Token, cancellationToken), $"{Paths.RecoverFactorsPage}?done=true");
        return CanAsk ? Show(await recovery.BeginAsync(HttpContext, _pending!, cancellationToken), $"{Paths.RecoverFactorsPage}?sent=true") : Page();
    }

    private async Task<bool> FindAsync(CancellationToken cancellationToken)
    {
        if (IsDone || IsSent) return true;
        _pending = await pendings.FindAsync(Step, HttpContext, cancellationToken);
        if (string.IsNullOrEmpty(Token)) return true;
        if (await recovery.FindAsync(Token, cancellationToken) is not { } opens) return false;
        if (opens > time.GetUtcNow()) Opens = Words.Of(opens);
        else CanReset = true;
        return true;
    }
}
