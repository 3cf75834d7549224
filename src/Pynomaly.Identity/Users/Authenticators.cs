using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>Authenticator apps (RFC 6238): add, prove, name, remove.</summary>
/// <remarks>An app that is being added is a one-time row of its person and browser. It becomes an authenticator with its first code; from then on nothing shows its seed.</remarks>
public sealed partial class Authenticators(
    Database database, TotpSeeds seeds, FlowCookie cookie, PendingSignIns pending, AuditTrail audit, Notices notices, ServerOptions options, TimeProvider time)
{
    /// <summary>Most apps of a person: each one more makes guessing easier.</summary>
    public const int Most = 10;

    private const string Unnamed = "Authenticator app";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>The person's, oldest first; without seeds.</summary>
    public async Task<IReadOnlyList<Authenticator>> ListAsync(string userId, CancellationToken cancellationToken)
    {
        await using var sql = await database.ReadAsync(cancellationToken);
        return await sql.ListAsync("SELECT id, name, created, last_used FROM authenticators WHERE user_id = $1 ORDER BY created, id",
            row => new Authenticator { Id = row.GetString(0), UserId = userId, Name = row.GetString(1), Secret = string.Empty, Created = row.Time(2), LastUsed = row.OptionalTime(3) }, cancellationToken, userId);
    }

    /// <summary>Begins to add one.</summary>
    public async Task<AuthenticatorEnrolment> BeginAsync(HttpContext context, string userId, CancellationToken cancellationToken)
    {
        var handle = Secrets.Create();
        var seed = RandomNumberGenerator.GetBytes(Totp.SeedLength);
        var now = time.GetUtcNow();
        var row = new Token
        {
            Id = RowOf(handle), Kind = TokenKinds.AuthenticatorEnrolment, UserId = userId, Created = now, Expires = now + Lifetime,
            Payload = JsonSerializer.Serialize(new Enrolment(cookie.Require(context), seeds.Wrap(userId, seed)), EnrolmentJson.Default.Enrolment),
        };
        var account = await database.WriteAsync(async (sql, stop) =>
        {
            await OneTimeTokens.AddAsync(sql, row, stop);
            return await Accounts.FindAsync(sql, userId, stop);
        }, cancellationToken);
        return Show(handle, seed, account!);
    }

    /// <summary>The one that is being added, to be shown again after a wrong code; null when it has expired or is another person's or browser's.</summary>
    public async Task<AuthenticatorEnrolment?> FindAsync(HttpContext context, string userId, string handle, CancellationToken cancellationToken)
    {
        await using var sql = await database.ReadAsync(cancellationToken);
        return await ReadAsync(sql, context, userId, handle, cancellationToken) is { } secret && seeds.TryUnwrap(userId, secret) is { } seed
            && await Accounts.FindAsync(sql, userId, cancellationToken) is { } account ? Show(handle, seed, account) : null;
    }

    /// <summary>Adds it when the code holds. False: the code is wrong, the enrolment has ended, or the person has as many as there may be.</summary>
    public async Task<bool> ProveAsync(HttpContext context, string userId, string handle, string code, string name, CancellationToken cancellationToken)
    {
        string? secret;
        await using (var sql = await database.ReadAsync(cancellationToken)) secret = await ReadAsync(sql, context, userId, handle, cancellationToken);
        var now = time.GetUtcNow();
        if (secret is null || seeds.TryUnwrap(userId, secret) is not { } seed || Totp.Match(seed, code.Trim(), now, long.MinValue) is not { } step) return false;

        return await database.WriteAsync(async (sql, stop) =>
        {
            if (await AccountStamp.LockAsync(sql, userId, stop) is null) return false;
            var added = new Authenticator
            {
                Id = Secrets.CreateId(), UserId = userId, Name = FactorNames.Clean(name, Unnamed), Secret = secret, LastStep = step, Created = time.GetUtcNow(), // as the notice is
            };
            var before = await FactorChoices.ReadAsync(sql, userId, stop);
            if (before.Authenticators >= Most || !await OneTimeTokens.ConsumeAsync(sql, RowOf(handle), TokenKinds.AuthenticatorEnrolment, now, stop)) return false;
            await TotpSeeds.AddAsync(sql, added, stop);
            await pending.MarkEnrolledAsync(sql, context, userId, AuthenticationMethods.OneTimeCode, before, stop);
            await audit.WriteAsync(sql, new AuditEntry(Log.AuthenticatorAdded) { Actor = userId, UserId = userId, Detail = added.Name }.From(context), stop);
            await notices.AddAsync(sql, userId, NoticeKind.AuthenticatorAdded, context, added.Name, stop);
            return true;
        }, cancellationToken);
    }

    /// <summary>Gives it another name. False: there is none.</summary>
    public async Task<bool> RenameAsync(string userId, string id, string name, CancellationToken cancellationToken) =>
        await database.WriteAsync((sql, stop) => sql.ExecuteAsync("UPDATE authenticators SET name = $1 WHERE id = $2 AND user_id = $3", stop, FactorNames.Clean(name, Unnamed), id, userId), cancellationToken) == 1;

    /// <summary>Removes it. False: there is none.</summary>
    public Task<bool> RemoveAsync(HttpContext context, string userId, string id, CancellationToken cancellationToken) =>
        database.WriteAsync((sql, stop) => RemoveAsync(sql, context, userId, id, stop), cancellationToken);

    /// <summary>The same in the caller's transaction.</summary>
    internal async ValueTask<bool> RemoveAsync(SqlSession sql, HttpContext context, string userId, string id, CancellationToken cancellationToken)
    {
        var name = await sql.FirstAsync("DELETE FROM authenticators WHERE id = $1 AND user_id = $2 RETURNING name", row => row.GetString(0), cancellationToken, id, userId);
        if (name is null) return false;
        await BackupCodes.EndIfAloneAsync(sql, userId, cancellationToken);
        await audit.WriteAsync(sql, new AuditEntry(Log.AuthenticatorRemoved) { Actor = userId, UserId = userId, Detail = name }.From(context), cancellationToken);
        await notices.AddAsync(sql, userId, NoticeKind.AuthenticatorRemoved, context, name, cancellationToken);
        return true;
    }

    // The wrapped seed of an enrolment of this browser and person that has not ended.
    private async ValueTask<string?> ReadAsync(SqlSession sql, HttpContext context, string userId, string handle, CancellationToken cancellationToken)
    {
        if (handle.Length != 43 || cookie.Read(context) is not { } browser) return null;
        var row = await OneTimeTokens.FindAsync(sql, RowOf(handle), TokenKinds.AuthenticatorEnrolment, cancellationToken);
        if (row is null || row.Consumed is not null || row.UserId != userId || row.Expires <= time.GetUtcNow()) return null;
        var state = JsonSerializer.Deserialize(row.Payload!, EnrolmentJson.Default.Enrolment)!;
        return state.Browser == browser ? state.Secret : null;
    }

    // The key URI that apps read; issuer and account as labels (RFC 3986 escapes).
    private AuthenticatorEnrolment Show(string handle, byte[] seed, Account account)
    {
        var (key, issuer) = (Base32.Encode(seed), new Uri(options.Issuer).Host);
        return new AuthenticatorEnrolment(handle, key,
            $"otpauth://totp/{Uri.EscapeDataString(issuer)}:{Uri.EscapeDataString(account.UserName)}?secret={key}&issuer={Uri.EscapeDataString(issuer)}&algorithm=SHA1&digits={Totp.Digits}&period=30");
    }

    private static string RowOf(string handle) => Secrets.Hash(TokenKinds.AuthenticatorEnrolment, handle);

    private sealed record Enrolment(string Browser, string Secret)
    {
        public override string ToString() => nameof(Enrolment); // the seed does not belong in a log
    }

    [JsonSerializable(typeof(Enrolment))]
    private sealed partial class EnrolmentJson : JsonSerializerContext;
}
