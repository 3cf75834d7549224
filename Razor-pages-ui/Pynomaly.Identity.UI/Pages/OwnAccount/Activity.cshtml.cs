using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>What has happened to the account.</summary>
internal sealed class ActivityModel(CurrentPerson person, Confirmation confirmation, Activity activity, IStringLocalizer<Texts> text) : AccountPage(person, confirmation)
{
    /// <summary>Where this page of it begins; null: with the newest.</summary>
    [BindProperty(SupportsGet = true, Name = "before")]
    public string? Before { get; set; }

    /// <summary>The entries.</summary>
    public ActivityPage Entries { get; private set; } = new([], null);

    /// <summary>Shows them.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await activity.ListAsync(Session.UserId, Before, Activity.PageSize, cancellationToken) is not { } entries) return StatusCode(StatusCodes.Status400BadRequest);
        Entries = entries;
        return Page();
    }

    /// <summary>An entry in words; the event's own name where there are none.</summary>
    public string Say(ActivityEntry entry)
    {
        var words = text[$"Activity.{entry.Name}", entry.Application is null ? text["Activity.AnApplication"].Value : Words.Name(entry.Application)];
        if (words.ResourceNotFound) return text["Activity.Other", entry.Name];
        return entry.Application is null ? Words.Capital(words) : words; // "an app" may be what it begins with
    }

    /// <summary>The drawing beside it.</summary>
    public static string IconOf(ActivityEntry entry) => entry.Name switch
    {
        "SignedIn" => "sign-in",
        "SignInFailed" or "FactorFailed" or "UserDisabled" => "alert",
        "OwnSessionEnded" or "OtherSessionsEnded" or "SessionEnded" or "UserEnded" => "sign-out",
        "AuthorizationGranted" or "ConsentGiven" or "ConsentRefused" or "ConsentEnded" or "ConnectionWithdrawn" or "CodeRedeemed" or "AuthorizationRefused" => "app",
        "ApiKeyMade" or "ApiKeyRotated" or "ApiKeyChanged" or "ApiKeyRevoked" or "ApiKeyLeaked" => "key",
        "ProfileChanged" => "id-card",
        "AccountSecured" or "DeletionAsked" => "attention",
        "DataExported" => "download",
        _ => "shield",
    };
}
