using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.UI.Resources;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>The second factor: the best one that the person has first, the others under "try another way", the backup code last.</summary>
internal sealed class FactorModel(
    Interactions interactions, PendingSignIns pending, SecondFactors factors, Accounts accounts, CurrentPerson person, ServerOptions options, IStringLocalizer<Texts> text)
    : PendingPage(interactions, pending, accounts, person, text)
{
    /// <summary>The way that the person chose; null: the best.</summary>
    [BindProperty(SupportsGet = true, Name = "with")]
    public string? Chosen { get; set; }

    /// <summary>The code of an authenticator app, or a backup code.</summary>
    [BindProperty]
    public string? Code { get; set; }

    /// <summary>True: not to be asked on this browser for a while.</summary>
    [BindProperty]
    public bool Trust { get; set; }

    /// <summary>The way that is shown.</summary>
    public FactorWay Way { get; private set; } = FactorWay.App;

    /// <summary>The ways that the person has, best first.</summary>
    public IReadOnlyList<FactorWay> Ways { get; private set; } = [];

    /// <summary>For how long a browser can be trusted, in words; null: it is not offered.</summary>
    public string? TrustedFor => options.SecondFactor.TrustedDevice > TimeSpan.Zero && Pending.SessionId is null ? Words.Of(options.SecondFactor.TrustedDevice, Text) : null;

    /// <summary>The address of this page with another way.</summary>
    public string PathOf(FactorWay way) => Carry($"{Paths.FactorPage}?with={way.Name}", Step);

    /// <summary>Asks for the factor. Opened by a request without a half-done sign-in, it asks whoever is signed in to step up.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(Step)) return await StepUpAsync(cancellationToken);
        return await UnmetWayAsync(cancellationToken) ?? Page();
    }

    /// <summary>Tries the code.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await UnmetWayAsync(cancellationToken) is { } unmet) return unmet;
        PasskeyRefusal = null;
        if (string.IsNullOrWhiteSpace(Code))
        {
            ModelState.AddModelError(nameof(Code), Text["Factor.CodeMissing"]);
            return Page();
        }

        var result = await factors.CodeAsync(HttpContext, Pending, Words.WithoutBlanks(Code), Trust ? TrustDevice.Yes : TrustDevice.No, cancellationToken);
        if (await GoOnAsync(result, cancellationToken) is { } next) return next;
        ModelState.AddModelError(nameof(Code), Text[Way == FactorWay.Backup ? "Factor.BackupWrong" : "Factor.CodeWrong"]);
        return Page();
    }

    private async Task<IActionResult> StepUpAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken) || Interaction is null) return Expired();
        if (await CurrentPerson.FindAsync(HttpContext, cancellationToken) is not { } current) return new SeeOther(End);
        if (AuthenticationLevels.Meets(current.Session.Acr, Interaction.Level)) return new SeeOther(End); // no step-up is due
        return await GoOnAsync(await factors.StepUpAsync(HttpContext, current.Session, Interaction.Level, cancellationToken), cancellationToken) ?? new SeeOther(Carry(Paths.SignInPage));
    }

    private async Task<IActionResult?> UnmetWayAsync(CancellationToken cancellationToken)
    {
        if (await UnmetAsync(cancellationToken) is { } unmet) return unmet;
        if (Pending.MustEnrol) return new SeeOther(Carry(Paths.EnrolPage, Step));
        Ways = FactorWay.Of(await factors.ChoicesAsync(Pending.UserId, cancellationToken));
        if (Ways is []) return new SeeOther(SignInAgainPath); // all removed meanwhile
        Way = Ways.FirstOrDefault(way => way.Name == Chosen) ?? Ways[0];
        return null;
    }
}
