using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>Consent: who asks, for what, in whose name, and where it leads. The stored request decides what is granted, never the form.</summary>
internal sealed class ConsentModel(Interactions interactions, CurrentPerson person, IStringLocalizer<Texts> text, IStringLocalizer<ConsoleTexts> console) : InteractionPage(interactions)
{
    /// <summary>True when the answer shall be kept.</summary>
    [BindProperty]
    public bool Remember { get; set; }

    /// <summary>"allow" or "deny".</summary>
    [BindProperty]
    public string? Decision { get; set; }

    /// <summary>In whose name.</summary>
    public PersonView Person { get; private set; } = null!;

    /// <summary>What is asked for, in words.</summary>
    public IReadOnlyList<ScopeView> Scopes =>
    [
        .. Interaction!.Scopes.Select(scope => ScopeView.Of(scope, text, console)),
        .. Interaction!.Claims is { Count: > 0 } claims ? [ScopeView.OfClaims(claims, text)] : Array.Empty<ScopeView>(),
    ];

    /// <summary>The client's privacy policy.</summary>
    public string? Policy => WebAddress(Interaction!.Application.Metadata.PolicyUri);

    /// <summary>The client's terms of service.</summary>
    public string? Terms => WebAddress(Interaction!.Application.Metadata.TosUri);

    /// <summary>Signs in as somebody else, for the same request.</summary>
    public string OtherAccountPath => $"{Paths.SignInPage}?interaction={Uri.EscapeDataString(Interaction!.Id)}";

    /// <summary>Asks.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await UnmetAsync(cancellationToken) is { } unmet) return unmet;
        Remember = true;
        return Page();
    }

    /// <summary>Takes the answer to the request.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await UnmetAsync(cancellationToken) is { } unmet) return unmet;
        switch (Decision)
        {
            case "allow":
                await Requests.AllowAsync(Interaction!, HttpContext, Remember ? Authorization.Remember.Yes : Authorization.Remember.No, cancellationToken);
                return new SeeOther(Interaction!.ResumePath);
            case "deny":
                await Requests.DenyAsync(Interaction!, HttpContext, cancellationToken);
                return new SeeOther(Interaction!.ResumePath);
            default:
                return Page();
        }
    }

    /// <summary>Sends back to the first step that is not done: without a request there is nothing to allow, without a session nobody to allow it.</summary>
    private async Task<IActionResult?> UnmetAsync(CancellationToken cancellationToken)
    {
        if (!await FindAsync(cancellationToken) || Interaction is null) return Expired();
        if (await person.FindAsync(HttpContext, cancellationToken) is not { } current) return new SeeOther(Interaction.ResumePath);
        Person = PersonView.Of(current.Account);
        return null;
    }

    /// <summary>Only what a browser opens as a page: a registered "javascript:" must not become a link.</summary>
    private static string? WebAddress(string? address) =>
        address is not null && (address.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || address.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) ? address : null;
}
