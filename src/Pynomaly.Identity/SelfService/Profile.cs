using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Storage.Configurations;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>The person's own claims: set the ones of <see cref="ProfileClaim"/>, and nothing else of the account.</summary>
public sealed class Profile(Database database, AuditTrail audit, TimeProvider time, ILogger<Profile> logger)
{
    /// <summary>Sets the claims that are named; null or blank takes one away. All or nothing.</summary>
    public async Task<ProfileResult> ChangeAsync(HttpContext context, Session session, IReadOnlyDictionary<string, string?> values, CancellationToken cancellationToken)
    {
        var wanted = values.Select(one => (one.Key, Claim: ProfileClaim.Find(one.Key), Value: Canonical(one.Value))).ToList();
        var problems = wanted
            .Select(one => (one.Key, Problem: one.Claim is null ? ProfileRules.Unknown : one.Value is null ? null : one.Claim.FindProblem(one.Value)))
            .Where(one => one.Problem is not null).Select(one => (one.Key, one.Problem!)).ToList();
        if (problems.Count > 0) return new ProfileResult.Refused(problems);

        var changed = await database.WriteAsync(async (sql, stop) =>
        {
            if (!sql.IsSqlite) await sql.ExecuteAsync("SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE", stop, session.UserId); // two forms at once: one after the other
            if (await Accounts.FindAsync(sql, session.UserId, stop) is not { } account) return false;
            var different = wanted.Where(one => one.Claim!.Read(account) != one.Value).ToList();
            if (different.Count == 0) return false;
            var profile = different.Aggregate(account.Profile, (so, one) => one.Claim!.With(so, one.Value));
            await sql.ExecuteAsync("UPDATE users SET profile = $1, updated = $2 WHERE id = $3", stop,
                JsonSerializer.Serialize(profile, StorageJson.Default.UserProfile), time.GetUtcNow(), session.UserId);
            foreach (var phone in different.Where(one => one.Key == "phone_number")) // whoever sets a number has not proven it (AD-05)
                await sql.ExecuteAsync("UPDATE users SET phone_number = $1, phone_number_confirmed = $2 WHERE id = $3", stop, phone.Value, false, session.UserId);
            await audit.WriteAsync(sql, new AuditEntry(Log.ProfileChanged)
            {
                Actor = session.UserId, UserId = session.UserId, SessionId = session.Id,
                Detail = $"{{\"claims\":\"{string.Join(' ', different.Select(one => one.Key))}\"}}",
            }.From(context), stop);
            return true;
        }, cancellationToken);
        if (changed) logger.LogProfileChanged(session.UserId);
        return new ProfileResult.Saved();
    }

    private static string? Canonical(string? value) => value?.Trim() is { Length: > 0 } text ? text.ReplaceLineEndings("\n") : null;
}
