using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Who is shut out for a while, who may be next, and why.</summary>
internal sealed class AbuseModel(CurrentPerson person, Operators operators, BanAdministration bans) : AdminPage(person, operators)
{
    /// <summary>The times to choose from, in hours.</summary>
    public static IReadOnlyList<int> Hours { get; } = [1, 24, 168, 720];

    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewSystem;

    /// <summary>The address to ban.</summary>
    [BindProperty]
    public string? Source { get; set; }

    /// <summary>For how many hours.</summary>
    [BindProperty]
    public int Duration { get; set; } = 24;

    /// <summary>The source to let in again.</summary>
    [BindProperty]
    public string? Id { get; set; }

    /// <summary>The bans of now, newest first.</summary>
    public IReadOnlyList<Ban> List { get; private set; } = [];

    /// <summary>The sources that may be banned next.</summary>
    public ScoringSources Scores { get; private set; } = new(0, 0, "", []);

    /// <summary>True when the operator may ban and lift bans.</summary>
    public bool MayChange => Operator.Holds(ManagementPermissions.ManageSystem);

    /// <summary>Shows them.</summary>
    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>Bans an address.</summary>
    public async Task<IActionResult> OnPostBanAsync(CancellationToken cancellationToken) =>
        Told("Banned", with: await bans.AddAsync(Operator, Source?.Trim() ?? "", TimeSpan.FromHours(Duration), cancellationToken));

    /// <summary>Lets one in again.</summary>
    public async Task<IActionResult> OnPostLiftAsync(CancellationToken cancellationToken)
    {
        await bans.RemoveAsync(Operator, Id ?? "", cancellationToken);
        return Told("BanLifted", with: Id);
    }

    /// <summary>A time to choose, as the form sends it.</summary>
    public static string Text(int hours) => hours.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        List = [.. (await bans.ListAsync(Operator, cancellationToken)).OrderByDescending(ban => ban.Created)];
        Scores = await bans.ScoresAsync(Operator, cancellationToken);
    }
}
