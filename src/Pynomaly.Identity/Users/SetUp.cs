using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>The first administrator: while there is none, whoever holds the one-time link that the server printed may become it. No default password exists.</summary>
public sealed class SetUp(Database database, ServerOptions options, TimeProvider time)
{
    private const string AdministratorSql =
        "SELECT COUNT(*) FROM user_roles ur JOIN roles r ON r.id = ur.role_id JOIN users u ON u.id = ur.user_id WHERE r.normalized_name = 'ADMIN' AND u.is_disabled = $1";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>True while no account that is not disabled has the role admin.</summary>
    public async ValueTask<bool> IsNeededAsync(CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await IsNeededAsync(session, cancellationToken);
    }

    /// <summary>The same within a session that is open already.</summary>
    public static async ValueTask<bool> IsNeededAsync(SqlSession session, CancellationToken cancellationToken) =>
        await session.FirstAsync(AdministratorSql, row => row.GetInt64(0), cancellationToken, false) == 0;

    /// <summary>A fresh link for setting up the first administrator, good for an hour and for one use; null when there is an administrator.</summary>
    public async Task<string?> LinkAsync(CancellationToken cancellationToken)
    {
        if (!await IsNeededAsync(cancellationToken)) return null;
        var secret = Secrets.Create();
        var now = time.GetUtcNow();
        await database.WriteAsync((session, stop) => OneTimeTokens.AddAsync(session, new Token
        {
            Id = Secrets.Hash(TokenKinds.SetUp, secret), Kind = TokenKinds.SetUp, Created = now, Expires = now + Lifetime,
        }, stop), cancellationToken);
        return $"{options.Url(Paths.SetUpPage)}?token={secret}";
    }
}
