using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>The second factors that a person has.</summary>
/// <param name="Passkeys">How many passkeys.</param>
/// <param name="Authenticators">How many authenticator apps.</param>
/// <param name="BackupCodes">How many backup codes are left.</param>
public sealed record FactorChoices(int Passkeys, int Authenticators, int BackupCodes)
{
    private const string Sql = """
        SELECT (SELECT COUNT(*) FROM passkeys WHERE user_id = $1), (SELECT COUNT(*) FROM authenticators WHERE user_id = $1),
               (SELECT COUNT(*) FROM backup_codes WHERE user_id = $1 AND used IS NULL)
        """;

    /// <summary>True when there is one to sign in with. Backup codes alone are none: they stand in for a lost one.</summary>
    public bool Any => Passkeys + Authenticators > 0;

    /// <summary>Whether the person can reach a level with what they have (<see cref="AuthenticationLevels"/>), a password given.</summary>
    public bool CanReach(string level) => level switch
    {
        AuthenticationLevels.Password => true,
        AuthenticationLevels.TwoFactors => Any,
        AuthenticationLevels.PhishingResistant => Passkeys > 0,
        _ => false,
    };

    /// <summary>Reads them.</summary>
    internal static async ValueTask<FactorChoices> ReadAsync(SqlSession sql, string userId, CancellationToken cancellationToken) =>
        (await sql.FirstAsync<FactorChoices>(Sql, row => new((int)row.GetInt64(0), (int)row.GetInt64(1), (int)row.GetInt64(2)), cancellationToken, userId))!;
}
