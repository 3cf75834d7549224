using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Makes an API key for a service. People make theirs on their own account's page.</summary>
internal sealed class ApiKeyNewModel(CurrentPerson person, Operators operators, ApiKeys keys) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ManageApiKeys;

    /// <summary>The service.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Client { get; set; }

    /// <summary>What the key is for.</summary>
    [BindProperty]
    public string? Name { get; set; }

    /// <summary>Patterns, one a line; nothing: all that the service has.</summary>
    [BindProperty]
    public string? Permissions { get; set; }

    /// <summary>Addresses and networks, one a line.</summary>
    [BindProperty]
    public string? AllowedAddresses { get; set; }

    /// <summary>For how many days it lasts.</summary>
    [BindProperty]
    public int Days { get; set; } = 90;

    /// <summary>The key, shown this once.</summary>
    public MadeApiKey? Made { get; private set; }

    /// <summary>Shows the form, to who has proved themselves a moment ago: what is typed would be lost otherwise.</summary>
    public IActionResult OnGet() => AskToConfirm() ?? Page();

    /// <summary>Makes it. It stands in the answer to the form and nowhere else.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        Made = await keys.CreateAsync(Operator, new NewApiKey(Client?.Trim() ?? "", new ApiKeyDraft
        {
            Name = Name?.Trim() ?? "", Permissions = LinesOf(Permissions), AllowedAddresses = LinesOf(AllowedAddresses), Lifetime = TimeSpan.FromDays(Days),
        }), cancellationToken);
        return Page();
    }

    /// <inheritdoc/>
    protected override string FieldOf(string name) => name is "client_id" or "owner" ? "client" : name is "lifetime" or "expires" or "expires_in" ? "days" : base.FieldOf(name);
}
