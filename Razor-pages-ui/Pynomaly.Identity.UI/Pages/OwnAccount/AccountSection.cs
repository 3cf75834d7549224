using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>One entry of the account's navigation.</summary>
/// <param name="Path">Where it leads.</param>
/// <param name="Words">The name of its text.</param>
/// <param name="Icon">Its drawing.</param>
internal sealed record AccountSection(string Path, string Words, string Icon)
{
    /// <summary>All of them, in the order of the page.</summary>
    public static IReadOnlyList<AccountSection> All { get; } =
    [
        new(Paths.AccountPage, "Account.Overview", "home"),
        new(Paths.ProfilePage, "Account.Profile", "id-card"),
        new(Paths.SecurityPage, "Account.Security", "lock"),
        new(Paths.SessionsPage, "Account.Sessions", "devices"),
        new(Paths.ConnectionsPage, "Account.Connections", "app"),
        new(Paths.ApiKeysPage, "Account.ApiKeys", "key"),
        new(Paths.ActivityPage, "Account.Activity", "clock"),
        new(Paths.DataPage, "Account.Data", "download"),
        new(Paths.AppearancePage, "Account.Appearance", "theme"),
        new(Paths.SecurePage, "Account.Secure", "attention"),
    ];

    /// <summary>The section that a page stands in: the longest path that it begins with.</summary>
    public static AccountSection Of(PathString path) =>
        path.StartsWithSegments(Paths.PasskeysPage, StringComparison.OrdinalIgnoreCase) ? All.First(section => section.Path == Paths.SecurityPage)
        : All.Where(section => path.StartsWithSegments(section.Path, StringComparison.OrdinalIgnoreCase)).MaxBy(section => section.Path.Length) ?? All[0];
}
