using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>The person's claims, to be changed by themselves.</summary>
internal sealed class ProfileModel(CurrentPerson person, Confirmation confirmation, Profile profile, IStringLocalizer<Texts> text) : AccountPage(person, confirmation)
{
    /// <summary>The groups of the form, each with its claims. A formatted address is made of lines, which these fields cannot keep: programs set it.</summary>
    public static IReadOnlyList<(string Words, string[] Claims)> Groups { get; } =
    [
        ("Profile.Names", ["name", "given_name", "middle_name", "family_name", "nickname"]),
        ("Profile.About", ["birthdate", "gender", "picture", "profile", "website"]),
        ("Profile.Contact", ["phone_number"]),
        ("Profile.Address", ["address.street_address", "address.postal_code", "address.locality", "address.region", "address.country"]),
        ("Profile.Region", ["locale", "zoneinfo"]),
    ];

    /// <summary>The values by the names of their claims. Names that the form does not show are not looked at.</summary>
    [BindProperty]
    public Dictionary<string, string?> Values { get; set; } = [];

    /// <summary>The time zones that the server knows, to choose from.</summary>
    public static IEnumerable<string> TimeZones => TimeZoneInfo.GetSystemTimeZones().Where(zone => zone.HasIanaId && zone.Id.Contains('/', StringComparison.Ordinal)).Select(zone => zone.Id).Order(StringComparer.Ordinal);

    /// <summary>Shows them.</summary>
    public void OnGet() => Values = Shown().ToDictionary(claim => claim.Name, claim => claim.Read(Account));

    /// <summary>Saves them.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var values = Shown().Where(claim => Values.ContainsKey(claim.Name)).ToDictionary(claim => claim.Name, claim => Values[claim.Name]);
        if (await profile.ChangeAsync(HttpContext, Session, values, cancellationToken) is not ProfileResult.Refused refused) return Told("ProfileSaved");
        foreach (var (claim, problem) in refused.Problems) ModelState.AddModelError($"values[{claim}]", text[$"Profile.Problem.{problem}"]);
        foreach (var claim in Shown()) Values.TryAdd(claim.Name, claim.Read(Account));
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Page();
    }

    /// <summary>What the browser may fill in by itself (HTML §4.10.18.7).</summary>
    public static string AutocompleteOf(string claim) => claim switch
    {
        "name" => "name",
        "given_name" => "given-name",
        "middle_name" => "additional-name",
        "family_name" => "family-name",
        "nickname" => "nickname",
        "birthdate" => "bday",
        "gender" => "sex",
        "picture" => "photo",
        "website" => "url",
        "phone_number" => "tel",
        "address.street_address" => "street-address",
        "address.postal_code" => "postal-code",
        "address.locality" => "address-level2",
        "address.region" => "address-level1",
        "address.country" => "country-name",
        "locale" => "language",
        _ => "off",
    };

    private static IEnumerable<ProfileClaim> Shown() => Groups.SelectMany(group => group.Claims).Select(name => ProfileClaim.Find(name)!);
}
