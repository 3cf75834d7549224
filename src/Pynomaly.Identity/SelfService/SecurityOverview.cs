using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>The security check-up: how well the account is guarded, and what to do next.</summary>
public sealed class SecurityOverview(Database database, ServerOptions options, TimeProvider time)
{
    private const int FewBackupCodes = 3;
    private static readonly TimeSpan New = TimeSpan.FromDays(7);

    /// <summary>Looks.</summary>
    public async Task<SecurityState> LookAsync(Account account, Session current, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var sql = await database.ReadAsync(cancellationToken);
        var choices = await FactorChoices.ReadAsync(sql, account.Id, cancellationToken);
        var password = await sql.FirstAsync("SELECT password_hash IS NOT NULL, password_changed FROM users WHERE id = $1", row => (Has: row.GetBoolean(0), Changed: row.OptionalTime(1)), cancellationToken, account.Id);
        var sessions = await sql.FirstAsync("SELECT COUNT(*) FROM sessions WHERE user_id = $1 AND ended IS NULL AND expires > $2 AND last_seen > $3", row => row.GetInt64(0), cancellationToken,
            account.Id, now, now - options.Lifetimes.SessionIdle);
        var strangers = await sql.FirstAsync("SELECT COUNT(*) FROM devices WHERE user_id = $1 AND first_seen > $2 AND id <> $3 AND first_seen > (SELECT MIN(first_seen) FROM devices WHERE user_id = $1)",
            row => row.GetInt64(0), cancellationToken, account.Id, now - New, current.DeviceId ?? string.Empty);
        var trusted = await sql.FirstAsync("SELECT COUNT(*) FROM devices WHERE user_id = $1 AND trusted_until > $2", row => row.GetInt64(0), cancellationToken, account.Id, now);

        List<string> advice = [];
        if (!choices.Any) advice.Add(SecurityAdvice.AddFactor);
        else if (choices.Passkeys == 0) advice.Add(SecurityAdvice.AddPasskey);
        if (choices.Any && choices.BackupCodes == 0) advice.Add(SecurityAdvice.MakeBackupCodes);
        else if (choices.Any && choices.BackupCodes < FewBackupCodes) advice.Add(SecurityAdvice.RenewBackupCodes);
        if (options.Mail.Delivery != "Off" && account.Email is null) advice.Add(SecurityAdvice.AddEmail);
        else if (options.Mail.Delivery != "Off" && !account.EmailVerified) advice.Add(SecurityAdvice.VerifyEmail);
        if (strangers > 0) advice.Add(SecurityAdvice.CheckDevices);
        return new SecurityState
        {
            Factors = choices, HasPassword = password.Has, PasswordChanged = password.Changed, Sessions = (int)sessions, TrustedDevices = (int)trusted, NewDevices = (int)strangers, Advice = advice,
        };
    }
}
