using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.UI.Pages.Admin;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>A scope as the consent page shows it: what it means to the person, in words.</summary>
internal sealed record ScopeView
{
    /// <summary>What the client could do.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence more.</summary>
    public string? Description { get; init; }

    /// <summary>The drawing beside it.</summary>
    public required string Icon { get; init; }

    /// <summary>Our words for the standard scopes, in the reader's language; the operator's for all others. A scope without a name is shown by what it is described to do.</summary>
    public static ScopeView Of(Scope scope, IStringLocalizer<Texts> text, IStringLocalizer<ConsoleTexts> console)
    {
        var name = Known(text[$"Scope.{scope.Name}.Name"]) ?? scope.DisplayName;
        var description = Known(text[$"Scope.{scope.Name}.Description"]) ?? Said.Description("scope", scope.Name, scope.Description, console);
        return new ScopeView
        {
            Name = name ?? description ?? scope.Name,
            Description = name is not null ? description : description is not null ? scope.Name : null,
            Icon = scope.Name switch
            {
                StandardScopes.OpenId => "user",
                StandardScopes.Profile => "id-card",
                StandardScopes.Email => "mail",
                StandardScopes.Address => "pin",
                StandardScopes.Phone => "phone",
                StandardScopes.OfflineAccess => "renew",
                _ => "app",
            },
        };
    }

    /// <summary>Claims asked for one by one (OpenID Connect Core §5.5), as one line.</summary>
    public static ScopeView OfClaims(IEnumerable<string> claims, IStringLocalizer<Texts> text) => new()
    {
        Name = text["Consent.Claims"],
        Description = string.Join(", ", claims.Select(claim => Known(text[$"Claim.{claim}"]) ?? claim)),
        Icon = "id-card",
    };

    private static string? Known(LocalizedString words) => words.ResourceNotFound ? null : words.Value;
}
