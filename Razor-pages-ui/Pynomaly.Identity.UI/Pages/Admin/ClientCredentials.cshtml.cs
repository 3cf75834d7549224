using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>How a client proves who it is: its secrets, of which two count during a rotation, or its keys.</summary>
internal sealed class ClientCredentialsModel(CurrentPerson person, Operators operators, ClientAdministration clients, ClientSecrets secrets) : ClientPage(person, operators, clients)
{
    /// <summary>The secret that the form is about.</summary>
    [BindProperty(Name = "id")]
    public string? Id { get; set; }

    /// <summary>For how many hours the old secret goes on.</summary>
    [BindProperty]
    public int Hours { get; set; } = 24;

    /// <summary>A secret that was made just now, shown this once.</summary>
    public MadeClient? Made { get; private set; }

    /// <summary>Makes a new secret; the one before goes on for a while.</summary>
    public async Task<IActionResult> OnPostRotateAsync(CancellationToken cancellationToken)
    {
        Made = await secrets.RotateAsync(Operator, ClientId, TimeSpan.FromHours(Math.Clamp(Hours, 0, 24 * 90)), null, cancellationToken);
        await LoadAsync(cancellationToken);
        return Page();
    }

    /// <summary>Ends a secret now.</summary>
    public async Task<IActionResult> OnPostEndAsync(CancellationToken cancellationToken)
    {
        await secrets.EndAsync(Operator, ClientId, Id ?? "", null, cancellationToken);
        return Told("SecretEnded", PathOf("credentials"));
    }
}
