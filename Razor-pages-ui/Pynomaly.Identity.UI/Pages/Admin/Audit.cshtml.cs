using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>The audit trail, searched and taken away as a file.</summary>
internal sealed class AuditModel(CurrentPerson person, Operators operators, AuditLog log) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewAudit;

    /// <inheritdoc/>
    protected override bool IsShownEmpty => true;

    /// <summary>Whom the palette looks for: the same as <see cref="About"/>.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Search { get; set; }

    /// <summary>The event's name.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Event { get; set; }

    /// <summary>"done" or "refused".</summary>
    [BindProperty(SupportsGet = true)]
    public string? Outcome { get; set; }

    /// <summary>Who did it.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Actor { get; set; }

    /// <summary>To whom it was done.</summary>
    [BindProperty(SupportsGet = true, Name = "user")]
    public string? About { get; set; }

    /// <summary>With which client.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Client { get; set; }

    /// <summary>From which address.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Address { get; set; }

    /// <summary>In which request.</summary>
    [BindProperty(SupportsGet = true, Name = "correlation")]
    public string? Correlation { get; set; }

    /// <summary>Not before.</summary>
    [BindProperty(SupportsGet = true)]
    public string? From { get; set; }

    /// <summary>Not after.</summary>
    [BindProperty(SupportsGet = true)]
    public string? To { get; set; }

    /// <summary>Where the list goes on.</summary>
    [BindProperty(SupportsGet = true)]
    public string? After { get; set; }

    /// <summary>"jsonl" or "csv".</summary>
    [BindProperty]
    public string? Format { get; set; }

    /// <summary>The entries.</summary>
    public Page<AuditItem> List { get; private set; } = new([], null);

    /// <summary>True when not all is shown.</summary>
    public bool IsFiltered => new[] { Event, Outcome, Actor, About, Client, Address, Correlation, From, To }.Any(text => !string.IsNullOrEmpty(text));

    /// <summary>True when a filter is set that does not stand in the first row.</summary>
    public bool IsNarrowed => new[] { Client, Address, Correlation, From, To }.Any(text => !string.IsNullOrEmpty(text));

    /// <summary>The names of all events.</summary>
    public static IReadOnlyList<string> Events => AuditEvents.Names;

    /// <summary>Shows them.</summary>
    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>Gives them away as a file, which is entered in the trail itself.</summary>
    public async Task<IActionResult> OnPostExportAsync(CancellationToken cancellationToken)
    {
        var format = AuditFormat.Of(TextOf(Format));
        return new StreamedFile(format.MediaType, $"audit.{format.Name}", await log.ExportAsync(Operator, Query(), format, cancellationToken));
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        About ??= Search;
        List = await log.SearchAsync(Operator, Query(), After, Cursors.Usual, cancellationToken);
    }

    /// <inheritdoc/>
    protected override string FieldOf(string name) => name switch { "user" => "about", "correlation_id" => "correlation", _ => base.FieldOf(name) };

    private AuditQuery Query() => new()
    {
        Event = TextOf(Event), Outcome = TextOf(Outcome), Actor = TextOf(Actor), User = TextOf(About), Client = TextOf(Client), Address = TextOf(Address), CorrelationId = TextOf(Correlation),
        From = AuditQuery.ReadTime("from", TextOf(From)), To = AuditQuery.ReadTime("to", TextOf(To)),
    };
}
