using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Abuse;

/// <summary>Tries to sign in by source, on all nodes together: how often in a minute, and with how many names in an hour. One source that fails with many names tries stolen passwords (credential stuffing).</summary>
/// <remarks>A name is a keyed hash here, the same whether an account has it or not. A name that got in does not count: its owner had mistyped.</remarks>
internal sealed class SignInTries(Database database, Bans bans, ServerOptions options, TimeProvider time)
{
    /// <summary>How long a failure counts.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    // A row without a name is a try; one with a name is a failure.
    private const string Try = "";
    private const int MostListed = 200;

    /// <summary>Counts a try in the caller's transaction, before anything is looked at. 0: go on; else the seconds to wait. It always writes, so that its cost does not depend on the name.</summary>
    public async ValueTask<int> TakeAsync(SqlSession session, AddressKey source, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (options.Limits.SignInPerAddress is var most and > 0)
        {
            var (count, oldest) = await session.FirstAsync("SELECT COUNT(*), MIN(at) FROM sign_in_failures WHERE source = $1 AND at > $2 AND account = ''",
                row => (row.GetInt64(0), row.OptionalTime(1)), cancellationToken, source.ToString(), now - TimeSpan.FromMinutes(1));
            if (count >= most) return Math.Max(1, (int)Math.Ceiling((oldest!.Value + TimeSpan.FromMinutes(1) - now).TotalSeconds));
        }

        await AddAsync(session, source, Try, now, cancellationToken);
        return 0;
    }

    /// <summary>Notes a failure; the one with a name too many bans the source. True: it is banned now.</summary>
    public async Task<bool> FailedAsync(AddressKey source, string account, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var most = options.Abuse.AccountsPerSource;
        var isOver = await database.WriteAsync(async (session, stop) =>
        {
            var names = await session.ListAsync("SELECT DISTINCT account FROM sign_in_failures WHERE source = $1 AND at > $2 AND account <> '' LIMIT $3",
                row => row.GetString(0), stop, source.ToString(), now - Window, most + 1L);
            if (names.Contains(account)) return false; // one person who tries again
            if (names.Count > most) return true; // a name more says nothing new
            await AddAsync(session, source, account, now, stop);
            return names.Count == most;
        }, cancellationToken);
        return isOver && options.Abuse.Mode != AbuseSettings.Off && await bans.AddAsync(source, BanReasons.Stuffing, cancellationToken);
    }

    /// <summary>Forgets the failures with this name, in the caller's transaction: it got in.</summary>
    public static ValueTask<int> SucceededAsync(SqlSession session, AddressKey source, string account, CancellationToken cancellationToken) =>
        session.ExecuteAsync("DELETE FROM sign_in_failures WHERE source = $1 AND account = $2", cancellationToken, source.ToString(), account);

    /// <summary>The sources that failed within the hour, those with the most names first.</summary>
    public async Task<IReadOnlyList<FailingSource>> ListAsync(CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.ListAsync("SELECT source, COUNT(DISTINCT account), MAX(at) FROM sign_in_failures WHERE at > $1 AND account <> '' GROUP BY source ORDER BY 2 DESC, 3 DESC, source LIMIT $2",
            row => new FailingSource(row.GetString(0), row.GetInt32(1), row.Time(2)), cancellationToken, time.GetUtcNow() - Window, (long)MostListed);
    }

    private static ValueTask<int> AddAsync(SqlSession session, AddressKey source, string account, DateTimeOffset now, CancellationToken cancellationToken) =>
        session.ExecuteAsync("INSERT INTO sign_in_failures (source, account, at) VALUES ($1, $2, $3)", cancellationToken, source.ToString(), account, now);
}
