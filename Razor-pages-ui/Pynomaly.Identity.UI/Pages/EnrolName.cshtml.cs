using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.UI.Resources;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>The last page of the way to a second factor: a name by which the person will know it. They are signed in by now.</summary>
internal sealed class EnrolNameModel(Interactions interactions, CurrentPerson person, Authenticators authenticators, Passkeys passkeys, TimeProvider time, IStringLocalizer<Texts> text)
    : SignInPage(interactions, text)
{
    /// <summary>Its path.</summary>
    public const string Path = Paths.EnrolPage + "/name";

    private static readonly TimeSpan JustNow = TimeSpan.FromMinutes(30);

    /// <summary>The name.</summary>
    [BindProperty]
    public string? Name { get; set; }

    /// <summary>True: a passkey is named; false: an authenticator app.</summary>
    public bool IsPasskey { get; private set; }

    /// <summary>Shows the name that it has.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken)) return Expired();
        if (await NewestAsync(cancellationToken) is not { } newest) return new SeeOther(End);
        (Name, IsPasskey) = (newest.Name, newest.IsPasskey);
        return Page();
    }

    /// <summary>Gives it the name, and goes on to where the person was going.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken)) return Expired();
        if (await NewestAsync(cancellationToken) is not { } newest || string.IsNullOrWhiteSpace(Name)) return new SeeOther(End);
        if (newest.IsPasskey) await passkeys.RenameAsync(newest.UserId, newest.Id, Name, cancellationToken);
        else await authenticators.RenameAsync(newest.UserId, newest.Id, Name, cancellationToken);
        return new SeeOther(End);
    }

    // What the person has just added; nothing to name for whoever comes by later.
    private async Task<Factor?> NewestAsync(CancellationToken cancellationToken)
    {
        if (await person.FindAsync(HttpContext, cancellationToken) is not { } current) return null;
        var user = current.Account.Id;
        var all = (await passkeys.ListAsync(user, cancellationToken)).Select(passkey => new Factor(user, passkey.Id, passkey.Name, passkey.Created, true))
            .Concat((await authenticators.ListAsync(user, cancellationToken)).Select(app => new Factor(user, app.Id, app.Name, app.Created, false)));
        return all.MaxBy(factor => factor.Created) is { } newest && newest.Created > time.GetUtcNow() - JustNow ? newest : null;
    }

    private sealed record Factor(string UserId, string Id, string Name, DateTimeOffset Created, bool IsPasskey);
}
