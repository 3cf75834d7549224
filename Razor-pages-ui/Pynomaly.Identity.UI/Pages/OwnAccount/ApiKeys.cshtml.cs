using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>The person's API keys: what each may do, when it was last used and from where; a new secret, and the end.</summary>
internal sealed class ApiKeysModel(CurrentPerson person, Confirmation confirmation, OwnApiKeys keys, ServerOptions options, TimeProvider time) : AccountPage(person, confirmation)
{
    /// <summary>For how many hours the old key can go on.</summary>
    public static readonly int[] Overlaps = [24, 1, 168, 0];

    /// <summary>The keys, the living ones first.</summary>
    public IReadOnlyList<ApiKeySummary> Keys { get; private set; } = [];

    /// <summary>The key that was given a new secret just now.</summary>
    public NewKeyView? Made { get; private set; }

    /// <summary>False: people make no keys here.</summary>
    public bool IsOn => keys.IsOn;

    /// <summary>The key that the form is about.</summary>
    [BindProperty(Name = "id")]
    public string? Id { get; set; }

    /// <summary>For how many hours the old one goes on.</summary>
    [BindProperty(Name = "overlap")]
    public int Overlap { get; set; }

    /// <summary>"active", "expired", "revoked", "leaked".</summary>
    public string StateOf(ApiKeySummary key) => key.RevokeReason == "leaked" ? "leaked" : key.StateAt(time.GetUtcNow());

    /// <summary>Until when the key before a rotation still works; null: it does not.</summary>
    public DateTimeOffset? PreviousOf(ApiKeySummary key) => key.PreviousExpires > time.GetUtcNow() ? key.PreviousExpires : null;

    /// <summary>Shows them.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken) => Keys = await keys.ListAsync(Session.UserId, cancellationToken);

    /// <summary>Gives one a new secret. It stands in the answer to the form and nowhere else.</summary>
    public async Task<IActionResult> OnPostRotateAsync(CancellationToken cancellationToken)
    {
        switch (await keys.RotateAsync(HttpContext, Session, Id ?? "", TimeSpan.FromHours(Overlap), cancellationToken))
        {
            case OwnApiKeyResult.Made made:
                Made = new NewKeyView(made.Key, options.Url(Paths.Token));
                await OnGetAsync(cancellationToken);
                return Page();
            case OwnApiKeyResult.NotConfirmed: return Confirm();
            case OwnApiKeyResult.Refused: return StatusCode(StatusCodes.Status400BadRequest);
            default: return NotFound();
        }
    }

    /// <summary>Ends one.</summary>
    public async Task<IActionResult> OnPostRevokeAsync(CancellationToken cancellationToken) =>
        await keys.RevokeAsync(HttpContext, Session, Id ?? "", cancellationToken) ? Told("KeyRevoked") : NotFound();
}
