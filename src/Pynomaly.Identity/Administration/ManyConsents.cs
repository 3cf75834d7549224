using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>The consents that very many people gave a client: forgotten in parts, each a transaction of its own, before the client goes.</summary>
internal sealed class ManyConsents(Database database)
{
    private const int Part = 1000;

    /// <summary>Whether there are more of them than one transaction forgets.</summary>
    public static async ValueTask<bool> AreManyAsync(SqlSession sql, string clientId, CancellationToken cancellationToken) =>
        await sql.FirstAsync("SELECT COUNT(*) FROM (SELECT 1 FROM consents WHERE client_id = $1 LIMIT $2) few", row => row.GetInt64(0), cancellationToken, clientId, Part + 1L) > Part;

    /// <summary>Forgets them. Nobody waits for the turn on the revocation list meanwhile: it is not taken.</summary>
    public async Task ForgetAsync(string clientId)
    {
        while (await database.WriteAsync((sql, stop) => sql.Patient().ExecuteAsync("DELETE FROM consents WHERE client_id = $1 AND user_id IN (SELECT user_id FROM consents WHERE client_id = $1 LIMIT $2)", stop, clientId, (long)Part), CancellationToken.None) > 0)
        {
        }
    }
}
