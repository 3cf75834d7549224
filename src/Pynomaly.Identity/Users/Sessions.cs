using System.Data.Common;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;

namespace Pynomaly.Identity.Users;

/// <summary>Browser sessions: rows on the server, a random reference in the cookie.</summary>
/// <remarks>The cookie says nothing by itself; a row that is ended, idle or expired, or whose person is disabled, is nobody's from that moment on.</remarks>
public sealed class Sessions(Database database, ISessionEnd ends, ServerOptions options, TimeProvider time)
{
    private const string Kind = "session";
    private const string Reason = "replaced by another sign-in";
    private const int KeyLength = 43; // 256 bits
    private const string Columns = "s.id, s.key_hash, s.user_id, s.auth_time, s.amr, s.acr, s.created, s.last_seen, s.expires, s.user_agent, s.address, s.device_id";
    private static readonly TimeSpan SeenPrecision = TimeSpan.FromMinutes(1);

    private string CookieName => options.IsSecure ? "__Host-pyn_session" : "pyn_session";

    /// <summary>The living session of the request's cookie, its person not disabled; null when there is none. Looked up once a request.</summary>
    public async ValueTask<Session?> CurrentAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.Items.TryGetValue(typeof(Session), out var known)) return (Session?)known;
        var session = await FindAsync(RequestCookie.Find(context, CookieName), cancellationToken);
        context.Items[typeof(Session)] = session;
        return session;
    }

    /// <summary>Starts a session for a person who has just proved who they are, with a fresh cookie value (ASVS 7.2.4). The same person's session of this browser
    /// goes on under its sid with renewed auth_time; another person's is ended, as by a logout.</summary>
    public async Task<Session> StartAsync(HttpContext context, string userId, IReadOnlyList<string> amr, string acr, CancellationToken cancellationToken)
    {
        var before = await CurrentAsync(context, cancellationToken);
        var started = await database.WriteAsync((sql, stop) => StartAsync(sql, context, before, userId, amr, acr, null, stop), cancellationToken);
        Enter(context, started);
        return started.Session;
    }

    /// <summary>Gives the session of this browser a fresh cookie value and leaves the rest as it is: after a change to the account's security (ASVS 7.2.4). Null: nobody is signed in.</summary>
    public async Task<Session?> RenewAsync(HttpContext context, CancellationToken cancellationToken) =>
        await CurrentAsync(context, cancellationToken) is { } session ? await RenewAsync(context, session, session.Amr, session.Acr, cancellationToken) : null;

    /// <summary>The same, and adds a method that the person has proven in it just now.</summary>
    internal async Task<Session?> RenewAsync(HttpContext context, string method, CancellationToken cancellationToken)
    {
        if (await CurrentAsync(context, cancellationToken) is not { } session) return null;
        var amr = AuthenticationMethods.With(session.Amr, method);
        return await RenewAsync(context, session, amr, AuthenticationLevels.Of(amr), cancellationToken);
    }

    /// <summary>Starts a session in the caller's transaction; <see cref="Enter"/> hands it over once that is committed.</summary>
    internal async ValueTask<StartedSession> StartAsync(
        SqlSession sql, HttpContext context, Session? before, string userId, IReadOnlyList<string> amr, string acr, string? deviceId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var key = Secrets.Create();
        if (before?.UserId == userId && before.Expires > now)
        {
            var goesOn = before.With(Secrets.Hash(Kind, key), now, now, amr, acr, deviceId ?? before.DeviceId);
            if (await sql.ExecuteAsync("UPDATE sessions SET key_hash = $1, auth_time = $2, last_seen = $2, amr = $3, acr = $4, device_id = $5 WHERE id = $6 AND ended IS NULL", cancellationToken,
                goesOn.KeyHash, now, Methods(amr), acr, goesOn.DeviceId, goesOn.Id) == 1) return new StartedSession(goesOn, key);
        }

        var replaced = before is not null && await sql.ExecuteAsync("UPDATE sessions SET ended = $1 WHERE id = $2 AND ended IS NULL", cancellationToken, now, before.Id) == 1 ? before.Id : null;
        if (replaced is not null) await ends.EndAsync(sql, replaced, Reason, cancellationToken); // the row is held before the turn on the list and the grants, as everywhere
        var session = new Session
        {
            Id = Secrets.CreateId(), KeyHash = Secrets.Hash(Kind, key), UserId = userId, AuthTime = now, Amr = [.. amr], Acr = acr, Created = now, LastSeen = now,
            Expires = now + options.Lifetimes.SessionAbsolute, UserAgent = UserAgents.Of(context), DeviceId = deviceId,
            Address = context.Connection.RemoteIpAddress?.ToString(),
        };
        await sql.ExecuteAsync("""
            INSERT INTO sessions (id, key_hash, user_id, auth_time, amr, acr, created, last_seen, expires, ended, user_agent, address, device_id)
            VALUES ($1, $2, $3, $4, $5, $6, $4, $4, $7, NULL, $8, $9, $10)
            """, cancellationToken, session.Id, session.KeyHash, userId, now, Methods(amr), acr, session.Expires, session.UserAgent, session.Address, deviceId);
        return new StartedSession(session, key) { Replaced = replaced };
    }

    /// <summary>Adds what was proven now to a living session, in the caller's transaction: auth_time stays, since only a part was proven anew. Null: the session has ended or was renewed meanwhile.</summary>
    internal async ValueTask<StartedSession?> StrengthenAsync(SqlSession sql, Session session, IReadOnlyList<string> amr, string acr, string? deviceId, CancellationToken cancellationToken)
    {
        var key = Secrets.Create();
        var stronger = session.With(Secrets.Hash(Kind, key), session.AuthTime, time.GetUtcNow(), amr, acr, deviceId ?? session.DeviceId);
        return await sql.ExecuteAsync("UPDATE sessions SET key_hash = $1, last_seen = $2, amr = $3, acr = $4, device_id = $5 WHERE id = $6 AND key_hash = $7 AND ended IS NULL", cancellationToken,
            stronger.KeyHash, stronger.LastSeen, Methods(amr), acr, stronger.DeviceId, session.Id, session.KeyHash) == 1 ? new StartedSession(stronger, key) : null;
    }

    /// <summary>Gives the browser the cookie of a session that is committed.</summary>
    internal void Enter(HttpContext context, StartedSession started)
    {
        if (started.Replaced is { } replaced) ends.Ended(replaced, Reason);
        context.Response.Cookies.Append(CookieName, started.Key, Cookie());
        context.Items[typeof(Session)] = started.Session;
    }

    /// <summary>Takes the cookie away; the row is ended by TokenRevoker.</summary>
    public void Forget(HttpContext context)
    {
        context.Response.Cookies.Delete(CookieName, Cookie());
        context.Items[typeof(Session)] = null;
    }

    private async Task<Session?> RenewAsync(HttpContext context, Session session, IReadOnlyList<string> amr, string acr, CancellationToken cancellationToken)
    {
        var renewed = await database.WriteAsync((sql, stop) => StrengthenAsync(sql, session, amr, acr, session.DeviceId, stop), cancellationToken);
        if (renewed is null) return null;
        Enter(context, renewed);
        return renewed.Session;
    }

    private async ValueTask<Session?> FindAsync(string? key, CancellationToken cancellationToken)
    {
        if (key is not { Length: KeyLength }) return null;
        Session? session;
        await using (var sql = await database.ReadAsync(cancellationToken))
        {
            session = await sql.FirstAsync<Session?>($"""
                SELECT {Columns} FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.key_hash = $1 AND s.ended IS NULL AND u.is_disabled = $2
                """, Read, cancellationToken, Secrets.Hash(Kind, key), false);
        }

        var now = time.GetUtcNow();
        if (session is null || session.Expires <= now || session.LastSeen + options.Lifetimes.SessionIdle <= now) return null;
        if (now - session.LastSeen >= SeenPrecision)
        {
            session.LastSeen = now;
            await database.WriteAsync((sql, stop) => sql.ExecuteAsync("UPDATE sessions SET last_seen = $1 WHERE id = $2 AND last_seen < $1", stop, now, session.Id), cancellationToken);
        }

        return session;
    }

    private static Session Read(DbDataReader row) => new()
    {
        Id = row.GetString(0), KeyHash = row.GetString(1), UserId = row.GetString(2), AuthTime = row.Time(3),
        Amr = JsonSerializer.Deserialize(row.GetString(4), StorageJson.Default.ListString)!, Acr = row.GetString(5), Created = row.Time(6), LastSeen = row.Time(7),
        Expires = row.Time(8), UserAgent = row.Text(9), Address = row.Text(10), DeviceId = row.Text(11),
    };

    // No Expires: the browser forgets it when it closes; the row has its own limits.
    private CookieOptions Cookie() => new() { HttpOnly = true, Secure = options.IsSecure, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true };

    private static string Methods(IReadOnlyList<string> amr) => JsonSerializer.Serialize([.. amr], StorageJson.Default.ListString);
}
