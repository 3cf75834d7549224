using System.Data.Common;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Server.Hosting;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>What the doctor looks at, in the order in which things depend on one another. Reads only.</summary>
internal static class Diagnosis
{
    public static async Task<IReadOnlyList<Finding>> MakeAsync(IReadOnlyList<string> settings, CancellationToken cancellationToken)
    {
        List<Finding> findings = [];
        Session session;
        try
        {
            session = Session.Create(settings);
        }
        catch (ConfigurationException e)
        {
            return [new(Finding.Bad, "settings", e.Message)];
        }

        await using (session)
        {
            var options = session.Get<ServerOptions>();
            findings.Add(new(Finding.Good, "settings", $"issuer {options.Issuer}, {options.DatabaseProvider}, keys in {options.KeysDirectory}"));
            findings.Add(Tls(options, session.Get<IConfiguration>()));
            if (await LookAsync(findings, "database", session, () => DatabaseAsync(session, cancellationToken)))
            {
                await LookAsync(findings, "keys", session, () => KeysAsync(session, cancellationToken));
                await LookAsync(findings, "clock", session, () => ClockAsync(session, cancellationToken));
                await LookAsync(findings, "administrator", session, () => AdministratorAsync(session, cancellationToken));
            }
        }

        return findings;
    }

    private static async Task<bool> LookAsync(List<Finding> findings, string what, Session session, Func<Task<Finding>> look)
    {
        try
        {
            Finding? finding = null;
            await DatabaseTroubles.TranslateAsync(session.Get<Database>(), async () => finding = await look());
            findings.Add(finding!);
            return finding!.State != Finding.Bad;
        }
        catch (Exception e) when (e is ConfigurationException or DbException or TimeoutException)
        {
            findings.Add(new(Finding.Bad, what, e.Message));
            return false;
        }
    }

    private static Finding Tls(ServerOptions options, IConfiguration configuration)
    {
        if (!options.IsSecure) return new(Finding.Odd, "tls", "the issuer is plain http: for this machine only");
        var ends = configuration["Urls"]?.Contains("https:", StringComparison.OrdinalIgnoreCase) == true || configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();
        return ends || options.TrustedProxies.Length > 0
            ? new(Finding.Good, "tls", options.TrustedProxies.Length > 0 ? $"ended by a proxy at {string.Join(", ", options.TrustedProxies)}" : "ended by this server")
            : new(Finding.Bad, "tls", "the issuer is https, but neither does this server listen on https (Urls, Kestrel:Endpoints) nor is a proxy trusted (Identity:TrustedProxies): every request will be refused");
    }

    private static async Task<Finding> DatabaseAsync(Session session, CancellationToken cancellationToken)
    {
        var (database, options) = (session.Get<Database>(), session.Get<ServerOptions>());
        if (database.IsSqlite && !File.Exists(database.File))
            return new(options.MigrateAtStart ? Finding.Odd : Finding.Bad, "database", $"{database.File} does not exist yet; {(options.MigrateAtStart ? "the first start makes it" : "the command migrate makes it")}");
        if (await session.Get<Migrator>().PendingAsync(cancellationToken) is { Count: > 0 } pending)
            return new(Finding.Bad, "database", $"{pending.Count} migrations are missing, the first is {pending[0]}. {(options.MigrateAtStart ? "The next start applies them" : "Run the command migrate")}");
        await session.Get<Migrator>().PrepareAsync(cancellationToken); // nothing to migrate: checks durability
        return new(Finding.Good, "database", $"{database.File ?? "PostgreSQL"} answers, is up to date and loses no acknowledged write");
    }

    private static async Task<Finding> KeysAsync(Session session, CancellationToken cancellationToken)
    {
        var options = session.Get<ServerOptions>();
        if (!File.Exists(Path.Combine(options.KeysDirectory, "master.key")))
        {
            await using var read = await session.Get<Database>().ReadAsync(cancellationToken);
            if (await read.FirstAsync("SELECT COUNT(*) FROM signing_keys", row => row.GetInt64(0), cancellationToken) == 0)
                return new(Finding.Odd, "keys", "there are none yet; the first start makes them");
        }

        await session.Get<KeyRing>().PrepareAsync(cancellationToken);
        return new(Finding.Good, "keys", $"readable, the server's user's alone; signing with {string.Join(", ", session.Get<KeyRing>().AlgorithmsInUse)}");
    }

    private static async Task<Finding> ClockAsync(Session session, CancellationToken cancellationToken)
    {
        var now = session.Get<TimeProvider>().GetUtcNow();
        await using var read = await session.Get<Database>().ReadAsync(cancellationToken);
        var sql = read.IsSqlite ? "SELECT MAX(at) FROM audit_events" : "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS bigint)";
        if (await read.FirstAsync(sql, row => row.OptionalTime(0), cancellationToken) is not { } other) return new(Finding.Good, "clock", $"{now:u}");
        if (!read.IsSqlite && (now - other).Duration() > TimeSpan.FromSeconds(5))
            return new(Finding.Bad, "clock", $"this machine says {now:u}, the database {other:u}. Set both by NTP: tokens and nodes depend on it");
        return other > now + TimeSpan.FromSeconds(5)
            ? new(Finding.Bad, "clock", $"this machine says {now:u}, but the last audit event is of {other:u}. Set the clock: expired tokens would count again")
            : new(Finding.Good, "clock", $"{now:u}");
    }

    private static async Task<Finding> AdministratorAsync(Session session, CancellationToken cancellationToken) => await session.Get<SetUp>().IsNeededAsync(cancellationToken)
        ? new(Finding.Odd, "administrator", "there is none yet; the server prints a set-up link when it starts, or run: users create NAME --role owner")
        : new(Finding.Good, "administrator", "there is one");
}
