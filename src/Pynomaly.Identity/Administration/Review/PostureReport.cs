using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration.Review;

/// <summary>How clients stand: one, or all that are enabled.</summary>
public sealed class PostureReport(Database database, ServerOptions options, TimeProvider time)
{
    /// <summary>One client.</summary>
    /// <exception cref="AdministrationException">Forbidden, not found.</exception>
    public async Task<ClientPosture> GetAsync(Operator who, string clientId, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewClients);
        await using var sql = await database.ReadAsync(cancellationToken);
        return Posture.Score(await Applications.FindAsync(sql, clientId, cancellationToken) ?? throw AdministrationException.NotFound("client"), options, time.GetUtcNow());
    }

    /// <summary>All that are enabled, the gravest first.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public async Task<IReadOnlyList<ClientPosture>> ListAsync(Operator who, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewClients);
        await using var sql = await database.ReadAsync(cancellationToken);
        var now = time.GetUtcNow();
        return [.. (await Applications.ListAsync(sql, cancellationToken)).Where(client => client.IsEnabled).Select(client => Posture.Score(client, options, now))
            .OrderByDescending(one => one.Findings.Count(finding => finding.Severity == "high")).ThenByDescending(one => one.Findings.Count(finding => finding.Severity == "medium"))
            .ThenByDescending(one => one.Findings.Count).ThenBy(one => one.ClientId, StringComparer.Ordinal)];
    }
}
