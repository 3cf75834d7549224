using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>The applications that use the person's account.</summary>
internal sealed class ConnectionsModel(CurrentPerson person, Confirmation confirmation, Connections connections, IStringLocalizer<Texts> text, IStringLocalizer<ConsoleTexts> console) : AccountPage(person, confirmation)
{
    /// <summary>The applications, last used first.</summary>
    public IReadOnlyList<Connection> Connections { get; private set; } = [];

    /// <summary>The client identifier that the form is about.</summary>
    [BindProperty(Name = "id")]
    public string? Id { get; set; }

    /// <summary>Shows them.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken) => Connections = await connections.ListAsync(Session.UserId, cancellationToken);

    /// <summary>Ends what one may do.</summary>
    public async Task<IActionResult> OnPostWithdrawAsync(CancellationToken cancellationToken) =>
        await connections.WithdrawAsync(HttpContext, Session, Id ?? "", cancellationToken) ? Told("AccessWithdrawn") : NotFound();

    /// <summary>What an application may do, in words.</summary>
    public IReadOnlyList<ScopeView> ScopesOf(Connection connection) =>
    [
        .. connection.Scopes.Select(scope => ScopeView.Of(scope, text, console)),
        .. connection.Claims is { Count: > 0 } claims ? [ScopeView.OfClaims(claims, text)] : Array.Empty<ScopeView>(),
    ];
}
