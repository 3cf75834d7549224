using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.UI.Resources;
using Pynomaly.Identity.Users;
using SignInResult = Pynomaly.Identity.Users.SignInResult;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>A page on the way to a second factor: choose, prove, keep the backup codes, name it. The session begins when the factor is proven, not before.</summary>
internal abstract class EnrolmentPage(
    Interactions interactions, PendingSignIns pending, SecondFactors factors, BackupCodes codes, OwnSessions others, Accounts accounts, CurrentPerson person, IStringLocalizer<Texts> text)
    : PendingPage(interactions, pending, accounts, person, text)
{
    /// <summary>Finds the sign-in that a factor is to be added to. Otherwise the answer: back to the first step that is not done.</summary>
    protected async Task<IActionResult?> UnmetEnrolmentAsync(CancellationToken cancellationToken)
    {
        if (await UnmetAsync(cancellationToken) is { } unmet) return unmet;
        return Pending.MustEnrol ? null : new SeeOther(Carry(Paths.FactorPage, Step));
    }

    /// <summary>Starts the session, and shows backup codes in the answer itself: they stand in no address, no cookie and no row, so this once is the only time.</summary>
    protected async Task<IActionResult> EnrolledAsync(string method, CancellationToken cancellationToken)
    {
        if (await ReadAgainAsync(cancellationToken) is not { } enrolled) return new SeeOther(SignInAgainPath);
        var result = await factors.EnrolledAsync(HttpContext, enrolled, method, cancellationToken);
        if (result is not SignInResult.Succeeded succeeded) return await GoOnAsync(result, cancellationToken) ?? new SeeOther(SignInAgainPath);

        await GoOnAsync(result, cancellationToken);
        await others.EndOthersAsync(HttpContext, succeeded.Session, cancellationToken); // whoever came in by the password alone (ASVS 7.4.3)
        var shown = await codes.MakeAsync(HttpContext, enrolled.UserId, cancellationToken);
        return new ViewResult
        {
            ViewName = "/Pages/Shared/EnrolCodes.cshtml",
            ViewData = new ViewDataDictionary<EnrolCodesView>(MetadataProvider, new ModelStateDictionary()) { Model = new EnrolCodesView(shown, Carry(EnrolNameModel.Path)) },
            TempData = TempData,
        };
    }
}
