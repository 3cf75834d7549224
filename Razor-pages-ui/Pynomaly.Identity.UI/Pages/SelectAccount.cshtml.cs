using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>Which account to go on with: the answer to prompt=select_account (OpenID Connect Core §3.1.2.1).</summary>
internal sealed class SelectAccountModel(Interactions interactions, CurrentPerson person) : InteractionPage(interactions)
{
    /// <summary>Who is signed in.</summary>
    public PersonView Person { get; private set; } = null!;

    /// <summary>Signs in as somebody else, for the same request.</summary>
    public string OtherAccountPath => $"{Paths.SignInPage}?interaction={Uri.EscapeDataString(Interaction!.Id)}";

    /// <summary>Shows the account.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await UnmetAsync(cancellationToken) ?? Page();

    /// <summary>Goes on with it.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await UnmetAsync(cancellationToken) is { } unmet) return unmet;
        await Requests.SelectAccountAsync(Interaction!, HttpContext, cancellationToken);
        return new SeeOther(Interaction!.ResumePath);
    }

    private async Task<IActionResult?> UnmetAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken) || Interaction is null) return Expired();
        if (await person.FindAsync(HttpContext, cancellationToken) is not { } current) return new SeeOther(Interaction.ResumePath);
        Person = PersonView.Of(current.Account);
        return null;
    }
}
