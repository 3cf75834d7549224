using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>A page about one client. Each of its tabs is a page of its own.</summary>
internal abstract class ClientPage(CurrentPerson person, Operators operators, ClientAdministration clients) : AdminPage(person, operators)
{
    /// <summary>The tabs: the last part of the address.</summary>
    public static IReadOnlyList<string> Tabs { get; } = ["", "credentials", "integrate", "posture"];

    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewClients;

    /// <summary>The client identifier, which may hold any visible character.</summary>
    public string ClientId => NameInPath("/admin/clients/");

    /// <summary>The client.</summary>
    public ClientDetails Shown { get; private set; } = null!;

    /// <summary>Whether the operator may change it.</summary>
    public bool MayManage => Operator.Holds(ManagementPermissions.ManageClients);

    /// <summary>What the form was decided on.</summary>
    [BindProperty]
    public string? Version { get; set; }

    /// <summary>The address of a tab.</summary>
    public string PathOf(string tab) => $"/admin/clients/{Uri.EscapeDataString(ClientId)}{(tab.Length == 0 ? "" : "/")}{tab}";

    /// <summary>Shows it.</summary>
    public virtual async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return Page();
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken) => Shown = await clients.GetAsync(Operator, ClientId, cancellationToken);

    /// <inheritdoc/>
    protected override string FieldOf(string name) => base.FieldOf(name.Split('[')[0]);
}
