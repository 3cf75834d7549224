using System.Text.Encodings.Web;
using System.Text.Json;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>One entry of the audit trail, whole.</summary>
internal sealed class AuditEntryModel(CurrentPerson person, Operators operators, AuditLog log) : AdminPage(person, operators)
{
    /// <summary>JSON laid out to be read; what needs escaping in a page is escaped by the page.</summary>
    public static JsonSerializerOptions Readable { get; } = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewAudit;

    /// <summary>The entry.</summary>
    public AuditItem Item { get; private set; } = null!;

    /// <summary>The entry as the API answers it.</summary>
    public string Json => AuditFormat.ToJson(Item, withProof: true).ToJsonString(Readable);

    /// <summary>Shows it.</summary>
    public async Task OnGetAsync(long sequence, CancellationToken cancellationToken) => Item = await log.FindAsync(Operator, sequence, cancellationToken);
}
