using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Tokens;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>Makes an API key: what it is for, what it may do, how long, from where. The key stands in the answer to the form and nowhere else.</summary>
internal sealed class ApiKeyNewModel(CurrentPerson person, Confirmation confirmation, OwnApiKeys keys, ServerOptions options, IStringLocalizer<Texts> text) : AccountPage(person, confirmation)
{
    /// <summary>The choice that never ends.</summary>
    public const int Never = 0;

    private static readonly int[] Usual = [7, 30, 90, 180, 365];

    /// <summary>The key, once it is made.</summary>
    public NewKeyView? Made { get; private set; }

    /// <summary>What is wrong with the whole; null: nothing.</summary>
    public string? Problem { get; private set; }

    /// <summary>What the person can give it, by resource.</summary>
    public IReadOnlyList<IGrouping<string, Permission>> Groups { get; private set; } = [];

    /// <summary>What it is for.</summary>
    [BindProperty]
    public string? Name { get; set; }

    /// <summary>What it may do.</summary>
    [BindProperty(Name = "permissions")]
    public List<string> Permissions { get; set; } = [];

    /// <summary>After how many days it ends.</summary>
    [BindProperty(Name = "days")]
    public int? Days { get; set; }

    /// <summary>From where it may be used, separated by commas.</summary>
    [BindProperty]
    public string? Addresses { get; set; }

    /// <summary>The days to choose from: the usual ones, and what the settings say.</summary>
    public IReadOnlyList<int> Choices
    {
        get
        {
            var (most, usual) = (options.ApiKeys.LongestLifetime.TotalDays, (int)Math.Max(1, options.ApiKeys.DefaultLifetime.TotalDays));
            return [.. Usual.Where(days => days <= most).Append(usual).Distinct().Order(), .. options.ApiKeys.AllowNever ? [Never] : Array.Empty<int>()];
        }
    }

    /// <summary>Shows the form to who has just proved who they are, so that nothing is filled in twice.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!keys.IsOn) return new SeeOther(Paths.ApiKeysPage);
        if (await RequireConfirmedAsync(cancellationToken) is { } unconfirmed) return unconfirmed;
        Days = (int)Math.Max(1, options.ApiKeys.DefaultLifetime.TotalDays);
        return await ShowAsync();
    }

    /// <summary>Makes it.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var draft = new ApiKeyDraft
        {
            Name = Name ?? "", Permissions = Permissions, AllowedAddresses = (Addresses ?? "").Split([',', '\n', ' '], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            Lifetime = Days is > 0 and < 4000 ? TimeSpan.FromDays(Days.Value) : null, NeverExpires = Days == Never,
        };
        switch (await keys.CreateAsync(HttpContext, Session, draft, cancellationToken))
        {
            case OwnApiKeyResult.Made made:
                Made = new NewKeyView(made.Key, options.Url(Paths.Token));
                return Page();
            case OwnApiKeyResult.NotConfirmed: return Confirm();
            case OwnApiKeyResult.Full full:
                Problem = text["ApiKeys.Full", full.Most];
                Response.StatusCode = StatusCodes.Status409Conflict;
                return await ShowAsync();
            case OwnApiKeyResult.Refused refused:
                foreach (var problem in refused.Problems) ModelState.TryAddModelError(FieldOf(problem.Field), Say(problem.Field, problem.Code));
                Response.StatusCode = StatusCodes.Status400BadRequest;
                return await ShowAsync();
            default: return NotFound();
        }
    }

    private async Task<IActionResult> ShowAsync()
    {
        Groups = [.. (await keys.PermissionsAsync(Account)).GroupBy(permission => permission.Name[(permission.Name.IndexOf(':', StringComparison.Ordinal) + 1)..]).OrderBy(group => group.Key, StringComparer.Ordinal)];
        return Page();
    }

    private string Say(string field, string code)
    {
        var words = text[$"ApiKeys.Problem.{field}.{code}"];
        return words.ResourceNotFound ? text[$"ApiKeys.Problem.{field}"] : words;
    }

    // The form's own name of a field.
    private static string FieldOf(string field) => field switch { "allowed_addresses" => "addresses", "expires" => "days", _ => field };
}
