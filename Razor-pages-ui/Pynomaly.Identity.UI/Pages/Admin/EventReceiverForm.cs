using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>The form of a receiver of security events, new or known.</summary>
internal abstract class EventReceiverForm(CurrentPerson person, Operators operators) : AdminPage(person, operators)
{
    /// <summary>What it is for.</summary>
    [BindProperty]
    public string? Name { get; set; }

    /// <summary>Where events are posted to.</summary>
    [BindProperty]
    public string? Address { get; set; }

    /// <summary>Whom they are for; empty: the address.</summary>
    [BindProperty]
    public string? Audience { get; set; }

    /// <summary>The Authorization header that it wants. Never shown again.</summary>
    [BindProperty]
    public string? Credential { get; set; }

    /// <summary>Types of events that are ticked.</summary>
    [BindProperty]
    public List<string> Events { get; set; } = [];

    /// <summary>True when a credential is stored.</summary>
    public virtual bool HasCredential => false;

    /// <summary>What the form says. All types are written as all: a type that comes later is told then too.</summary>
    /// <exception cref="AdministrationException">Forbidden, or nothing is ticked, which the engine would take for all.</exception>
    protected EventReceiverInput Read()
    {
        Operator.Require(ManagementPermissions.ManageSystem); // before anything is told of what was sent
        if (Events.Count == 0) throw AdministrationException.Invalid("events", "none", $"Choose at least one kind of event");
        return new() { Name = Name ?? "", Url = Address?.Trim() ?? "", Audience = Audience?.Trim() ?? "", Credential = TextOf(Credential), Events = SecurityEvents.Types.All(Events.Contains) ? [] : Events };
    }

    /// <inheritdoc/>
    protected override string FieldOf(string name) => name == "url" ? "address" : base.FieldOf(name);
}
