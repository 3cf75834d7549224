using System.Globalization;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration.Importing;

/// <summary>Brings people, roles, clients and scopes in from other systems: in batches, each with its position in one transaction, so that an import that was cut off at any moment goes on where it was.</summary>
/// <remarks>Only ever adds. Hashes of passwords are kept where the sign-in can verify them, and replaced at the next sign-in. No role over this server itself is given unless the operator names it.</remarks>
public sealed class Imports(Database database, Cursors cursors, TotpSeeds seeds, ServerOptions options, ChangeFeed feed, AuditTrail audit, TimeProvider time, ILogger<Imports> logger)
{
    private const int Batch = 500;
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1); // many times as long as a batch takes
    private static readonly FormattableString Elsewhere = $"Another process goes on with this import";
    private const string Columns = "id, kind, source, state, position, created, skipped, refused, report, actor, started, updated";

    /// <summary>A part of the list, the newest first.</summary>
    /// <exception cref="AdministrationException">Forbidden; invalid cursor.</exception>
    public async Task<Page<Import>> ListAsync(Operator who, string? after, int limit, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewSystem);
        var from = cursors.Read("imports", after);
        await using var sql = await database.ReadAsync(cancellationToken);
        var items = await sql.ListAsync($"SELECT {Columns} FROM imports WHERE started < $1 OR (started = $1 AND id < $2) ORDER BY started DESC, id DESC LIMIT $3", Seen, cancellationToken,
            from is null ? long.MaxValue : long.Parse(from[0], CultureInfo.InvariantCulture), from?[1] ?? string.Empty, (long)limit + 1);
        return cursors.Page("imports", items, limit, one => [one.Started.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), one.Id]);
    }

    /// <summary>One of them.</summary>
    /// <exception cref="AdministrationException">Forbidden; not found.</exception>
    public async Task<Import> GetAsync(Operator who, string id, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewSystem);
        await using var sql = await database.ReadAsync(cancellationToken);
        return Seen(await FindAsync(sql, id, cancellationToken));
    }

    /// <summary>Runs it to its end, or until it is cancelled. What was reported as progress is committed.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, invalid; conflict: it was left unfinished and is not to be resumed, or another process goes on with it.</exception>
    /// <exception cref="ConfigurationException">A file is not what it should be.</exception>
    public async Task<ImportResult> RunAsync(Operator who, ImportRequest request, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        if (!request.IsDryRun) return await (await BeginAsync(who, request, cancellationToken)).RunAsync(progress, cancellationToken);
        Require(who, request);
        using var source = ImportSource.Open(request.Kind, request.Files);
        await RequireRolesAsync(who, request, cancellationToken);
        return await ForetellAsync(source, new ImportWriter(who, request, options, seeds), progress, cancellationToken);
    }

    /// <summary>Stops it after the batch that it is at, on whichever node it runs. It can be resumed.</summary>
    /// <exception cref="AdministrationException">Forbidden; not found; conflict: it does not run.</exception>
    public async Task StopAsync(Operator who, string id, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ManageSystem);
        await database.WriteAsync(async (sql, stop) =>
        {
            var import = await FindAsync(sql, id, stop);
            // Moving the mark on takes it from whoever runs it.
            if (await sql.ExecuteAsync("UPDATE imports SET state = $1, updated = updated + 1 WHERE id = $2 AND state = $3", stop, "stopped", id, "running") != 1)
                throw AdministrationException.Conflict("import_stopped", $"It does not run any more");
            await audit.WriteAsync(sql, who.Entry(Log.ImportGivenUp) with { Detail = Details.Of("import", id, ("kind", import.Kind)) }, stop);
            return true;
        }, cancellationToken);
        Log.ImportLeft(logger, id, "stopped");
    }

    /// <summary>The import of just these files, with these roles, that was left unfinished; null: there is none.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public async Task<Import?> FindLeftAsync(Operator who, ImportRequest request, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewSystem);
        var source = await SourceOfAsync(request, cancellationToken);
        await using var sql = await database.ReadAsync(cancellationToken);
        return await LeftAsync(sql, request, source, cancellationToken) is { } left ? Seen(left) : null;
    }

    /// <summary>Enters it, without running it yet.</summary>
    internal async Task<BegunImport> BeginAsync(Operator who, ImportRequest request, CancellationToken cancellationToken)
    {
        Require(who, request);
        var source = ImportSource.Open(request.Kind, request.Files);
        try
        {
            await RequireRolesAsync(who, request, cancellationToken);
            var import = await EnterAsync(who, request, cancellationToken);
            return new BegunImport(import.Id, (progress, stop) => RunAsync(who, request, import, source, progress, stop));
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private async Task<ImportResult> RunAsync(Operator who, ImportRequest request, Import import, ImportSource source, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        using var records = source;
        try
        {
            return await RunToEndAsync(who, request, import, source, progress, cancellationToken);
        }
        catch (Exception e)
        {
            await LeaveAsync(who, import, e is OperationCanceledException ? "stopped" : "failed");
            throw;
        }
    }

    private static void Require(Operator who, ImportRequest request)
    {
        who.RequireConfirmed(ManagementPermissions.ManageSystem);
        if (request.Kind != ImportKinds.OpenIddict) who.Require(ManagementPermissions.ManageUsers);
        if (request.Kind is ImportKinds.OpenIddict or ImportKinds.Keycloak) who.Require(ManagementPermissions.ManageClients);
        if (request.Files.Count is 0 or > 100) throw AdministrationException.Invalid("files", "number", $"From 1 to 100 files at once");
        if (request is { IsDryRun: true, IsResumed: true }) throw AdministrationException.Invalid("resume", "dry_run", $"A dry run begins at the beginning");
    }

    // Whoever names a role means it: a wrong one must not be found out after half of the people.
    private async ValueTask RequireRolesAsync(Operator who, ImportRequest request, CancellationToken cancellationToken)
    {
        await using var sql = await database.ReadAsync(cancellationToken);
        var catalogue = await ImportCatalogue.ReadAsync(sql, cancellationToken);
        foreach (var name in request.Roles.Values.Where(name => name.Length > 0))
            ImportCatalogue.RequireToGive(who, (catalogue.FindRole(name) ?? throw AdministrationException.Invalid("roles", "unknown", $"There is no role \"{name}\"")).Patterns);
    }

    private async Task<ImportResult> ForetellAsync(ImportSource source, ImportWriter writer, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        await using var sql = await database.ReadAsync(cancellationToken);
        var catalogue = await ImportCatalogue.ReadAsync(sql, cancellationToken);
        var report = new ImportReport();
        var done = new ImportProgress(0, 0, 0, 0);
        HashSet<UInt128> seen = [];
        foreach (var batch in source.Records.Chunk(Batch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var outcome = new ImportOutcome();
            foreach (var record in batch) await writer.WriteAsync(sql, record, ImportTwins.IsTwice(record, seen), catalogue, outcome, time.GetUtcNow(), cancellationToken);
            report.Add(outcome);
            done = After(done, batch.Length, outcome);
            progress?.Report(done);
        }

        return new ImportResult(null, done, report);
    }

    private async Task<ImportResult> RunToEndAsync(Operator who, ImportRequest request, Import import, ImportSource source, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        var report = ImportReport.Read(import.Report);
        var done = new ImportProgress(import.Position, import.Created, import.Skipped, import.Refused);
        HashSet<UInt128> seen = [];
        long number = 0;
        foreach (var batch in source.Records.Select(record => (Record: record, IsTwice: ImportTwins.IsTwice(record, seen))).Where(_ => number++ >= import.Position).Chunk(Batch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var from = done;
            var (outcome, after, mark) = await database.WriteAsync(async (sql, stop) =>
            {
                // Made afresh each time: the transaction may be tried again.
                var outcome = new ImportOutcome();
                var (now, mark) = (time.GetUtcNow(), After(import.Updated));
                await NewAccount.OrderAsync(sql, stop);
                var catalogue = await ImportCatalogue.ReadAsync(sql, stop);
                // AD-08: a right that is taken away is gone at the next batch, and with it the import.
                var present = await Operators.AtPresentAsync(sql, who, stop);
                Require(present, request);
                foreach (var role in request.Roles.Values.Select(catalogue.FindRole).OfType<(string Id, IReadOnlyList<string> Patterns)>()) ImportCatalogue.RequireToGive(present, role.Patterns);
                var writer = new ImportWriter(present, request, options, seeds);
                foreach (var (record, isTwice) in batch) await writer.WriteAsync(sql, record, isTwice, catalogue, outcome, now, stop);
                var after = After(from, batch.Length, outcome);
                var whole = ImportReport.Read(report.Write());
                whole.Add(outcome);
                var moved = await sql.ExecuteAsync("UPDATE imports SET position = $1, created = $2, skipped = $3, refused = $4, report = $5, updated = $6 WHERE id = $7 AND position = $8 AND state = $9 AND updated = $10", stop,
                    after.Position, after.Created, after.Skipped, after.Refused, whole.Write(), mark, import.Id, from.Position, "running", import.Updated);
                if (moved != 1) throw AdministrationException.Conflict("import_elsewhere", Elsewhere);
                if (outcome.ChangesCatalogue) await sql.ExecuteAsync(ChangeFeed.BumpSql, stop);
                await audit.WriteAsync(sql, who.Entry(Log.ImportMoved) with { Detail = DetailOf(import, after) }, stop);
                return (outcome, after, mark);
            }, cancellationToken);
            report.Add(outcome);
            (done, import.Updated) = (after, mark);
            if (outcome.ChangesCatalogue) feed.Look();
            Log.ImportAdvanced(logger, import.Id, done.Position);
            progress?.Report(done);
        }

        await database.WriteAsync(async (sql, stop) =>
        {
            if (await sql.ExecuteAsync("UPDATE imports SET state = $1, updated = $2 WHERE id = $3 AND position = $4 AND state = $5 AND updated = $6", stop, "done", After(import.Updated), import.Id, done.Position, "running", import.Updated) != 1)
                throw AdministrationException.Conflict("import_elsewhere", Elsewhere);
            await audit.WriteAsync(sql, who.Entry(Log.ImportEnded) with { Detail = DetailOf(import, done) }, stop);
            return true;
        }, cancellationToken);
        Log.ImportFinished(logger, import.Id, import.Kind, done.Created, done.Skipped, done.Refused, who.Id);
        return new ImportResult(import.Id, done, report);
    }

    // "source" ends with a hash of contents and options: what was left with others is another import.
    private static async Task<string> SourceOfAsync(ImportRequest request, CancellationToken cancellationToken)
    {
        var meant = string.Join('\n', request.Roles.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key}={one.Value}"));
        var names = string.Join(", ", request.Files.Select(file => file.Name));
        return $"{(names.Length > 200 ? names[..200] : names)} ({await ImportFile.DigestAsync(request.Files, meant, cancellationToken)})";
    }

    // A process that ended without a word leaves its import "running". What has not gone on for so long has stopped, and can be resumed; where it lives all the same, whoever takes it up ends that.
    private Import Seen(Import import)
    {
        if (import.State == "running" && time.GetUtcNow() - import.Updated >= Silence) import.State = "stopped";
        return import;
    }

    private Import Seen(System.Data.Common.DbDataReader row) => Seen(Read(row));

    private static async ValueTask<Import> FindAsync(SqlSession sql, string id, CancellationToken cancellationToken) =>
        await sql.FirstAsync($"SELECT {Columns} FROM imports WHERE id = $1", Read, cancellationToken, id) ?? throw AdministrationException.NotFound("import");

    private static ValueTask<Import?> LeftAsync(SqlSession sql, ImportRequest request, string source, CancellationToken cancellationToken) =>
        sql.FirstAsync($"SELECT {Columns} FROM imports WHERE kind = $1 AND source = $2 AND state <> $3 ORDER BY started DESC LIMIT 1", Read, cancellationToken, request.Kind, source, "done");

    private async Task<Import> EnterAsync(Operator who, ImportRequest request, CancellationToken cancellationToken)
    {
        var source = await SourceOfAsync(request, cancellationToken);
        var now = time.GetUtcNow();
        var import = await database.WriteAsync(async (sql, stop) =>
        {
            await NewAccount.OrderAsync(sql, stop); // of two that begin at once the second sees the first
            var left = await LeftAsync(sql, request, source, stop);
            if (left is not null && !request.IsResumed)
                throw AdministrationException.Conflict("import_left", $"An import of these files was left after {left.Position} records ({Seen(left).State}). Resume it with --resume, or with \"resume\": true");
            if (left is null && request.IsResumed) throw AdministrationException.Conflict("import_none", $"There is nothing to resume: no import of just these files, with these roles, was left unfinished");
            if (left is not null)
            {
                var mark = After(left.Updated);
                if (await sql.ExecuteAsync("UPDATE imports SET state = $1, updated = $2 WHERE id = $3 AND updated = $4", stop, "running", mark, left.Id, left.Updated) != 1) throw AdministrationException.Conflict("import_elsewhere", Elsewhere);
                left.Updated = mark;
                await audit.WriteAsync(sql, who.Entry(Log.ImportBegan) with { Detail = Details.Of("import", left.Id, ("kind", left.Kind), ("position", Text(left.Position))) }, stop);
                return left;
            }

            var begun = new Import { Id = Secrets.CreateId(), Kind = request.Kind, Source = source, State = "running", Actor = who.Id, Started = now, Updated = now };
            await sql.ExecuteAsync($"INSERT INTO imports ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)", stop,
                begun.Id, begun.Kind, begun.Source, begun.State, 0L, 0L, 0L, 0L, null, begun.Actor, now, now);
            await audit.WriteAsync(sql, who.Entry(Log.ImportBegan) with { Detail = Details.Of("import", begun.Id, ("kind", begun.Kind), ("source", begun.Source)) }, stop);
            return begun;
        }, cancellationToken);
        Log.ImportBegun(logger, import.Id, import.Kind, import.Position, who.Id);
        return import;
    }

    private async Task LeaveAsync(Operator who, Import import, string state)
    {
        try
        {
            var left = await database.WriteAsync(async (sql, stop) =>
            {
                if (await sql.ExecuteAsync("UPDATE imports SET state = $1, updated = $2 WHERE id = $3 AND state = $4 AND updated = $5", stop, state, After(import.Updated), import.Id, "running", import.Updated) == 0) return false;
                await audit.WriteAsync(sql, who.Entry(Log.ImportGivenUp) with { Detail = Details.Of("import", import.Id, ("kind", import.Kind), ("state", state)) }, stop);
                return true;
            }, CancellationToken.None);
            if (left) Log.ImportLeft(logger, import.Id, state);
        }
        catch (System.Data.Common.DbException)
        {
            // The database is away; what stands there says enough to go on.
        }
    }

    // "updated" is also the mark of whose import it is: whoever takes it up moves it on, and who had it before can neither go on nor say how it ended.
    private DateTimeOffset After(DateTimeOffset mark) => time.GetUtcNow() is var now && now > mark ? now : mark.AddMilliseconds(1);

    private static ImportProgress After(ImportProgress before, int records, ImportOutcome outcome) =>
        new(before.Position + records, before.Created + outcome.Created, before.Skipped + outcome.Skipped, before.Refused + outcome.Refused);

    private static string DetailOf(Import import, ImportProgress done) => Details.Of("import", import.Id, ("kind", import.Kind), ("position", Text(done.Position)), ("created", Text(done.Created)), ("skipped", Text(done.Skipped)),
        ("refused", Text(done.Refused)));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static Import Read(System.Data.Common.DbDataReader row) => new()
    {
        Id = row.GetString(0), Kind = row.GetString(1), Source = row.GetString(2), State = row.GetString(3), Position = row.GetInt64(4), Created = row.GetInt64(5), Skipped = row.GetInt64(6), Refused = row.GetInt64(7),
        Report = row.Text(8), Actor = row.GetString(9), Started = row.Time(10), Updated = row.Time(11),
    };
}
