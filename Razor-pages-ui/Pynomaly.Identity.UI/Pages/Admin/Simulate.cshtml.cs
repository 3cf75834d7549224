using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>What a token would be, without making one.</summary>
internal sealed class SimulateModel(CurrentPerson person, Operators operators, People people, TokenSimulator simulator) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewRoles;

    /// <inheritdoc/>
    protected override bool IsShownEmpty => true;

    /// <summary>The person; empty: the client for itself.</summary>
    [BindProperty(SupportsGet = true)]
    public new string? User { get; set; }

    /// <summary>The client.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Client { get; set; }

    /// <summary>The scopes.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Scope { get; set; }

    /// <summary>The API (RFC 8707).</summary>
    [BindProperty(SupportsGet = true)]
    public string? Resource { get; set; }

    /// <summary>The answer.</summary>
    public Simulation? Result { get; private set; }

    /// <summary>The claims, laid out to be read.</summary>
    public string Claims => JsonNode.Parse(Result!.Claims!)!.ToJsonString(AuditEntryModel.Readable);

    /// <summary>True when the operator may ask about people.</summary>
    public bool MayAskAboutPeople => Operator.Holds(ManagementPermissions.ViewUsers);

    /// <summary>Shows it.</summary>
    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(Client)) return;
        var userId = string.IsNullOrWhiteSpace(User) ? null : await people.FindIdAsync(Operator, User.Trim(), cancellationToken) ?? "";
        Result = await simulator.RunAsync(Operator, new SimulationRequest
        {
            UserId = userId, ClientId = Client.Trim(), Scope = string.IsNullOrWhiteSpace(Scope) ? null : Scope.Trim(), Resources = (Resource ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries),
        }, cancellationToken);
    }

    /// <inheritdoc/>
    protected override string FieldOf(string name) => name switch { "user_id" => "user", "client_id" => "client", _ => base.FieldOf(name) };
}
