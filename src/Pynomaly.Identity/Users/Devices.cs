using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>The browsers that people have signed in with, by a random reference in a cookie: known, and perhaps trusted.</summary>
/// <remarks>The cookie comes with a completed sign-in only, so that it tells nothing about names that were tried.</remarks>
public sealed class Devices(Database database, Notices notices, ServerOptions options, TimeProvider time)
{
    /// <summary>How long a browser stays known without a sign-in: as long as browsers keep cookies at most.</summary>
    internal static readonly TimeSpan Memory = TimeSpan.FromDays(400);

    private const string Kind = "device";
    private const int KeyLength = 43; // 256 bits

    private const string Columns = "id, key_hash, user_id, user_agent, address, first_seen, last_seen, trusted_until, access_failed_count, lockout_end, lockout_rounds";

    private string CookieName => options.IsSecure ? "__Host-pyn_device" : "pyn_device";

    /// <summary>The row of this browser and person; null when they have not met.</summary>
    public async ValueTask<Device?> FindAsync(HttpContext context, string userId, CancellationToken cancellationToken)
    {
        if (Read(context) is not { } key) return null;
        await using var sql = await database.ReadAsync(cancellationToken);
        return await sql.FirstAsync<Device?>($"SELECT {Columns} FROM devices WHERE key_hash = $1 AND user_id = $2", Read, cancellationToken, Hash(key), userId);
    }

    /// <summary>Whether the browser sent a reference at all, known or not.</summary>
    internal bool IsCarriedBy(HttpContext context) => Read(context) is not null;

    /// <summary>Whether the browser is known to anybody.</summary>
    internal async ValueTask<bool> IsKnownAsync(HttpContext context, CancellationToken cancellationToken) => await KnownHashAsync(context, cancellationToken) is not null;

    /// <summary>What is kept of the reference of a browser that is known to anybody; null otherwise.</summary>
    internal async ValueTask<string?> KnownHashAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (Read(context) is not { } key) return null;
        await using var sql = await database.ReadAsync(cancellationToken);
        return await sql.FirstAsync("SELECT key_hash FROM devices WHERE key_hash = $1", row => row.GetString(0), cancellationToken, Hash(key));
    }

    /// <summary>The person's, last seen first.</summary>
    public async Task<IReadOnlyList<Device>> ListAsync(string userId, CancellationToken cancellationToken)
    {
        await using var sql = await database.ReadAsync(cancellationToken);
        return await sql.ListAsync($"SELECT {Columns} FROM devices WHERE user_id = $1 ORDER BY last_seen DESC, id", Read, cancellationToken, userId);
    }

    /// <summary>Asks for the second factor again on one of them, or on all.</summary>
    public Task DistrustAsync(string userId, string? id, CancellationToken cancellationToken) =>
        database.WriteAsync((sql, stop) => DistrustAsync(sql, userId, id, stop), cancellationToken);

    /// <summary>The same in the caller's transaction.</summary>
    internal static ValueTask<int> DistrustAsync(SqlSession sql, string userId, string? id, CancellationToken cancellationToken) =>
        sql.ExecuteAsync("UPDATE devices SET trusted_until = NULL WHERE user_id = $1 AND (id = $2 OR $2 = '')", cancellationToken, userId, id ?? string.Empty);

    /// <summary>Whether the person need not give a second factor here.</summary>
    internal async ValueTask<bool> IsTrustedAsync(HttpContext context, string userId, CancellationToken cancellationToken) =>
        options.SecondFactor.TrustedDevice > TimeSpan.Zero && (await FindAsync(context, userId, cancellationToken))?.TrustedUntil > time.GetUtcNow();

    /// <summary>Notes a completed sign-in in the caller's transaction. A browser that the person has not used before is told to them, unless it is their first.</summary>
    internal async ValueTask<SeenDevice> SeeAsync(SqlSession sql, HttpContext context, string userId, TrustDevice trust, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var trusts = trust == TrustDevice.Yes && options.SecondFactor.TrustedDevice > TimeSpan.Zero;
        var key = Read(context) ?? Secrets.Create();
        if (trusts)
        {
            // A reference that somebody planted or read before must not be trusted with this one.
            var renewed = Secrets.Create();
            await sql.ExecuteAsync("UPDATE devices SET key_hash = $1 WHERE key_hash = $2", cancellationToken, Hash(renewed), Hash(key));
            key = renewed;
        }

        var id = Secrets.CreateId();
        var known = await sql.FirstAsync("""
            INSERT INTO devices (id, key_hash, user_id, user_agent, address, first_seen, last_seen, trusted_until, access_failed_count, lockout_end, lockout_rounds)
            VALUES ($1, $2, $3, $4, $5, $6, $6, $7, 0, NULL, 0)
            ON CONFLICT (key_hash, user_id) DO UPDATE SET user_agent = excluded.user_agent, address = excluded.address, last_seen = excluded.last_seen,
                trusted_until = COALESCE(excluded.trusted_until, devices.trusted_until)
            RETURNING id
            """, row => row.GetString(0), cancellationToken, id, Hash(key), userId, UserAgents.Of(context), context.Connection.RemoteIpAddress?.ToString(), now,
            trusts ? (now + options.SecondFactor.TrustedDevice).ToUnixTimeMilliseconds() : null);
        if (known == id && await sql.FirstAsync("SELECT id FROM devices WHERE user_id = $1 AND id <> $2 LIMIT 1", row => row.GetString(0), cancellationToken, userId, id) is not null)
            await notices.AddAsync(sql, userId, NoticeKind.NewDevice, context, UserAgents.Of(context), cancellationToken);
        return new SeenDevice(known!, key);
    }

    /// <summary>Gives the browser its reference, once the sign-in is committed.</summary>
    internal void Remember(HttpContext context, SeenDevice seen) => context.Response.Cookies.Append(CookieName, seen.Key, new CookieOptions
    {
        HttpOnly = true, Secure = options.IsSecure, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true, MaxAge = Memory,
    });

    private string? Read(HttpContext context) => RequestCookie.Find(context, CookieName) is { Length: KeyLength } key ? key : null;

    private static string Hash(string key) => Secrets.Hash(Kind, key);


    private static Device Read(System.Data.Common.DbDataReader row) => new()
    {
        Id = row.GetString(0), KeyHash = row.GetString(1), UserId = row.GetString(2), UserAgent = row.Text(3), Address = row.Text(4), FirstSeen = row.Time(5), LastSeen = row.Time(6),
        TrustedUntil = row.OptionalTime(7), AccessFailedCount = row.GetInt32(8), LockoutEnd = row.OptionalTime(9), LockoutRounds = row.GetInt32(10),
    };
}
