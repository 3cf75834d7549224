using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Sealing;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tests.Harness;

namespace Pynomaly.Identity.Tests.Sealing;

/// <summary>An audit trail in a database of its own, whose sealer runs when the test says so. A second one on the same database is a second node.</summary>
internal sealed class SealedTrail : IAsyncDisposable
{
    private static readonly EventId Happened = new(5501, "SignedIn");
    private readonly bool _ownsDatabase;

    private SealedTrail(TestDatabase test, Database database, bool ownsDatabase, MovableClock clock)
    {
        (Test, Database, _ownsDatabase, Clock) = (test, database, ownsDatabase, clock);
        Audit = new AuditTrail(database, clock, NullLogger<AuditTrail>.Instance);
        var key = Key = new SealKey(new MasterKey(test.Options, database, Audit, NullLogger<MasterKey>.Instance), database, Audit, NullLogger<SealKey>.Instance);
        var anchor = new SealAnchor(test.Options, Log.CreateLogger<SealAnchor>());
        Sealer = new Sealer(database, key, anchor, test.Options, clock, NullLogger<Sealer>.Instance);
        Retention = new AuditRetention(database, key, new DueSeals(database, key), Audit, test.Options, clock, Log.CreateLogger<AuditRetention>());
        Verifier = new AuditVerifier(database, key, anchor, clock);
        AnchorFile = anchor.File;
    }

    public TestDatabase Test { get; }

    public Database Database { get; }

    public MovableClock Clock { get; }

    public LogCapture Capture { get; } = new();

    public AuditTrail Audit { get; }

    public SealKey Key { get; }

    public Sealer Sealer { get; }

    public AuditRetention Retention { get; }

    public AuditVerifier Verifier { get; }

    public string AnchorFile { get; }

    private LoggerFactory Log => new([Capture]);

    public static async Task<SealedTrail> CreateAsync(string provider)
    {
        var test = await TestDatabase.CreateAsync(provider);
        var trail = new SealedTrail(test, test.Database, ownsDatabase: true, new MovableClock());
        await new MasterKey(test.Options, test.Database, trail.Audit, NullLogger<MasterKey>.Instance).PrepareAsync(CancellationToken.None);
        return trail;
    }

    /// <summary>Another node.</summary>
    public SealedTrail AnotherNode() => new(Test, Test.AnotherNode(), ownsDatabase: false, Clock);

    /// <summary>Enters so many, each with an address and a detail.</summary>
    public async Task EnterAsync(int count, string user = "ada", string? actor = null)
    {
        for (var i = 0; i < count; i++)
            await Audit.WriteAsync(new AuditEntry(Happened) { Actor = actor ?? user, UserId = user, ClientId = "web", Address = $"192.0.2.{i % 250}", Detail = $"detail {i}", CorrelationId = $"c{i}" }, CancellationToken.None);
    }

    /// <summary>Seals all there is.</summary>
    public async Task SealAsync()
    {
        while (await Sealer.SealAsync(CancellationToken.None) > 0)
        {
            // the next seal
        }
    }

    /// <summary>Three seals of three entries each.</summary>
    public async Task SealThriceAsync()
    {
        for (var seal = 0; seal < 3; seal++)
        {
            await EnterAsync(3);
            await SealAsync();
        }
    }

    public Task<AuditVerification> VerifyAsync() => Verifier.VerifyAsync(null, null, CancellationToken.None);

    /// <summary>Verifies, while a statement is run at the end of every walk.</summary>
    public Task<AuditVerification> VerifyDuringAsync(string sql) => Verifier.VerifyAsync(null, _ => ExecuteAsync(sql).GetAwaiter().GetResult(), CancellationToken.None);

    /// <summary>Accepts what does not hold, as it stands.</summary>
    public async Task<AcceptedBreak> AcceptAsync(string reason = "Restored from a backup")
    {
        var key = await Key.GetAsync(CancellationToken.None);
        var accepted = new AcceptedBreak((await VerifyAsync()).Break!, "ada", Clock.GetUtcNow(), reason);
        await Database.WriteAsync(async (session, stop) =>
        {
            await AcceptedBreaks.AddAsync(session, accepted, key, stop);
            return true;
        }, CancellationToken.None);
        return accepted;
    }

    /// <summary>Runs a statement as somebody who writes to the database by hand.</summary>
    public Task ExecuteAsync(string sql) => Test.ExecuteAsync(sql);

    public async Task<long> NumberAsync(string sql)
    {
        await using var session = await Database.ReadAsync(CancellationToken.None);
        return await session.FirstAsync(sql, row => Convert.ToInt64(row.GetValue(0), System.Globalization.CultureInfo.InvariantCulture), CancellationToken.None);
    }

    public async Task<string> TextAsync(string sql)
    {
        await using var session = await Database.ReadAsync(CancellationToken.None);
        return (await session.FirstAsync(sql, row => row.GetString(0), CancellationToken.None))!;
    }

    public async ValueTask DisposeAsync()
    {
        Sealer.Dispose();
        if (_ownsDatabase) await Test.DisposeAsync();
        else await Database.DisposeAsync();
    }
}
