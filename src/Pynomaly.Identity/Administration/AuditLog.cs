using System.Globalization;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Sealing;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>The audit trail as operators read it: searched and exported. Nothing here changes an entry, and nothing anywhere does (security case AD-11).</summary>
internal sealed class AuditLog(Database database, Cursors cursors, AuditTrail audit, AuditVerifier verifier)
{
    private const int ExportAtOnce = 1000;
    private const int MostExports = 2;
    private int _exports;

    /// <summary>Entries that fit, newest first.</summary>
    /// <exception cref="AdministrationException">Forbidden, or a value cannot stand.</exception>
    public async Task<Page<AuditItem>> SearchAsync(Operator who, AuditQuery query, string? after, int limit, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewAudit);
        query.Check();
        var position = cursors.Read(query.Binding, after);
        await using var session = await database.ReadAsync(cancellationToken);
        var found = await AuditSearch.RunAsync(session, query, position, limit + 1, cancellationToken);
        return cursors.Page(query.Binding, await NamedAsync(session, found, cancellationToken), limit, item => Position(item.Entry));
    }

    /// <summary>One entry.</summary>
    /// <exception cref="AdministrationException">Forbidden, or there is none of that number.</exception>
    public async Task<AuditItem> FindAsync(Operator who, long sequence, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewAudit);
        await using var session = await database.ReadAsync(cancellationToken);
        var entry = await session.FirstAsync<AuditEvent?>($"SELECT {AuditRows.Columns} FROM audit_events WHERE sequence = $1", AuditRows.Map, cancellationToken, sequence) ?? throw AdministrationException.NotFound("entry");
        return (await NamedAsync(session, [entry], cancellationToken))[0];
    }

    /// <summary>Seals, newest first.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public async Task<Page<AuditSeal>> SealsAsync(Operator who, string? after, int limit, CancellationToken cancellationToken)
    {
        const string list = "audit seals";
        who.Require(ManagementPermissions.ViewAudit);
        var position = cursors.Read(list, after) is { } at ? long.Parse(at[0], CultureInfo.InvariantCulture) : long.MaxValue;
        await using var session = await database.ReadAsync(cancellationToken);
        var seals = await session.ListAsync($"SELECT {SealRows.Columns} FROM audit_seals WHERE number < $1 ORDER BY number DESC LIMIT $2", SealRows.Map, cancellationToken, position, (long)limit + 1);
        return cursors.Page(list, seals, limit, seal => [seal.Number.ToString(CultureInfo.InvariantCulture)]);
    }

    /// <summary>The public key of the seals, as a JWK.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public async Task<string> PublicKeyAsync(Operator who, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewAudit);
        return await verifier.PublicKeyAsync(cancellationToken);
    }

    /// <summary>Begins an export: entered in the trail itself, before the first line leaves. Two run at once at most. What it answers writes the entries that fit, newest first, part by part.</summary>
    /// <exception cref="AdministrationException">Forbidden, a value cannot stand, or too many exports run.</exception>
    public async Task<Func<Stream, CancellationToken, Task>> ExportAsync(Operator who, AuditQuery query, AuditFormat format, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewAudit);
        query.Check();
        if (Volatile.Read(ref _exports) >= MostExports) throw AdministrationException.Conflict("exports_full", $"Two exports run at this moment. Come back when one has ended");
        var detail = new JsonObject { ["format"] = format.Name };
        foreach (var (field, text) in query.Texts())
            if (text is not null) detail[field] = text;
        if (query.From is { } from) detail["from"] = from.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        if (query.To is { } to) detail["to"] = to.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        await audit.WriteAsync(who.Entry(Log.AuditExport) with { UserId = await UserIdAsync(query, cancellationToken), Detail = detail.ToJsonString() }, cancellationToken);
        return (to, stop) => WriteAsync(query, format, to, stop);
    }

    private async Task WriteAsync(AuditQuery query, AuditFormat format, Stream to, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _exports);
        try
        {
            await to.WriteAsync(format.Heading, cancellationToken);
            List<string>? position = null;
            for (var count = ExportAtOnce; count == ExportAtOnce;)
            {
                List<AuditItem> items;
                await using (var session = (await database.ReadAsync(cancellationToken)).Patient()) // what fits may be rare among millions
                {
                    items = await NamedAsync(session, await AuditSearch.RunAsync(session, query, position, ExportAtOnce, cancellationToken), cancellationToken);
                }

                foreach (var item in items) await to.WriteAsync(format.Line(item), cancellationToken);
                count = items.Count;
                if (count > 0) position = Position(items[^1].Entry);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _exports);
        }
    }

    private static List<string> Position(AuditEvent entry) => [entry.At.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), entry.Sequence.ToString(CultureInfo.InvariantCulture)];

    // So that the person's own deletion erases what they were looked for by.
    private async ValueTask<string?> UserIdAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        if (query.User is null) return null;
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.FirstAsync("SELECT id FROM users WHERE id = $1 OR normalized_user_name = $2", row => row.GetString(0), cancellationToken, query.User, UserNames.Normalize(query.User));
    }

    private static async ValueTask<List<AuditItem>> NamedAsync(SqlSession session, List<AuditEvent> entries, CancellationToken cancellationToken)
    {
        var ids = entries.SelectMany(entry => new[] { entry.Actor, entry.UserId }).Where(id => id is not null).Select(id => id!).Distinct(StringComparer.Ordinal);
        var names = await PersonNames.OfAsync(session, ids, cancellationToken);
        return [.. entries.Select(entry => new AuditItem(entry, names.GetValueOrDefault(entry.Actor ?? ""), names.GetValueOrDefault(entry.UserId ?? "")))];
    }
}
