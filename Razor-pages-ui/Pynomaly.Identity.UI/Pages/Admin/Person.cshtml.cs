using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.SelfService;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>A person: what the account says, and what can be done about it.</summary>
internal sealed class PersonModel(CurrentPerson person, Operators operators, People people, UserAdministration users) : PersonPage(person, operators, people)
{
    /// <summary>Whether the account goes without the days of grace.</summary>
    [BindProperty]
    public bool AtOnce { get; set; }

    /// <summary>The claims that are set, with their values.</summary>
    public IEnumerable<(string Name, string Value)> Claims =>
        from claim in ProfileClaim.All
        let value = claim.Read(Shown.Account)
        where !string.IsNullOrEmpty(value)
        select (claim.Name, claim.Name == "locale" && Words.Language(value) is { } language ? $"{language} · {value}" : value);

    /// <summary>Disables the account.</summary>
    public async Task<IActionResult> OnPostDisableAsync(CancellationToken cancellationToken)
    {
        await users.DisableAsync(Operator, PersonId, Version, cancellationToken);
        return Told("PersonDisabled");
    }

    /// <summary>Enables it.</summary>
    public async Task<IActionResult> OnPostEnableAsync(CancellationToken cancellationToken)
    {
        await users.EnableAsync(Operator, PersonId, Version, cancellationToken);
        return Told("PersonEnabled");
    }

    /// <summary>Forgets wrong tries.</summary>
    public async Task<IActionResult> OnPostUnlockAsync(CancellationToken cancellationToken)
    {
        await users.UnlockAsync(Operator, PersonId, cancellationToken);
        return Told("PersonUnlocked");
    }

    /// <summary>Deletes the account.</summary>
    public async Task<IActionResult> OnPostDeleteAsync(CancellationToken cancellationToken) =>
        await users.DeleteAsync(Operator, PersonId, AtOnce, Version, cancellationToken) is { } day
            ? Told("PersonLeaving", with: Words.Of(day))
            : Told("PersonDeleted", "/admin/people", PersonId);
}
