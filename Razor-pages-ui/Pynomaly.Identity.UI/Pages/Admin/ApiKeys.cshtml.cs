using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>All API keys, of people and of services: found, given new secrets, revoked.</summary>
internal sealed class ApiKeysModel(CurrentPerson person, Operators operators, ApiKeys keys, TimeProvider time) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewApiKeys;

    /// <inheritdoc/>
    protected override bool IsShownEmpty => true;

    /// <summary>The beginning of a name or of an id.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Search { get; set; }

    /// <summary>"person" or "service".</summary>
    [BindProperty(SupportsGet = true)]
    public string? Owner { get; set; }

    /// <summary>"active", "expired" or "revoked".</summary>
    [BindProperty(SupportsGet = true)]
    public string? State { get; set; }

    /// <summary>Those that end within this many days.</summary>
    [BindProperty(SupportsGet = true)]
    public int? Ending { get; set; }

    /// <summary>Where the list goes on.</summary>
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    /// <summary>The key that the form is about.</summary>
    [BindProperty(Name = "id")]
    public string? Id { get; set; }

    /// <summary>The list.</summary>
    public Page<ApiKeySummary> List { get; private set; } = new([], null);

    /// <summary>A key with its new secret, shown this once.</summary>
    public MadeApiKey? Made { get; private set; }

    /// <summary>True when not all are shown.</summary>
    public bool IsFiltered => !string.IsNullOrEmpty(Search) || !string.IsNullOrEmpty(Owner) || !string.IsNullOrEmpty(State) || Ending is not null;

    /// <summary>"active", "expired" or "revoked".</summary>
    public string StateOf(ApiKeySummary key) => key.StateAt(time.GetUtcNow());

    /// <summary>Shows them.</summary>
    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>Gives a service's key a new secret; the old one goes on for a day.</summary>
    public async Task<IActionResult> OnPostRotateAsync(CancellationToken cancellationToken)
    {
        Made = await keys.RotateAsync(Operator, Id ?? "", TimeSpan.FromDays(1), null, cancellationToken);
        await LoadAsync(cancellationToken);
        return Page();
    }

    /// <summary>Ends one.</summary>
    public async Task<IActionResult> OnPostRevokeAsync(CancellationToken cancellationToken)
    {
        await keys.RevokeAsync(Operator, Id ?? "", null, cancellationToken);
        return Told("ApiKeyRevoked");
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken) => List = await keys.ListAsync(Operator, new ApiKeyFilter
    {
        Search = TextOf(Search), Owner = TextOf(Owner), State = TextOf(State), ExpiresBefore = Ending is { } days ? time.GetUtcNow() + TimeSpan.FromDays(Math.Clamp(days, 0, 3650)) : null,
    }, After, Cursors.Usual, cancellationToken);

    /// <summary>The days of the filter, as its option's value.</summary>
    public string? EndingText => Ending?.ToString(CultureInfo.InvariantCulture);
}
