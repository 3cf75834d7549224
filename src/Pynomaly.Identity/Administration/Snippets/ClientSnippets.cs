using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration.Snippets;

/// <summary>Code to copy for a client: with this server's issuer and the client's own name, addresses and scopes.</summary>
public sealed class ClientSnippets(Database database, ServerOptions options)
{
    private static readonly ISnippetWriter[] Writers = [new AspNetCoreSnippet(), new NodeSnippet(), new PythonSnippet(), new GoSnippet(), new CurlSnippet()];

    /// <summary>The snippets for a client.</summary>
    /// <exception cref="AdministrationException">Forbidden, not found.</exception>
    public async Task<IReadOnlyList<Snippet>> ListAsync(Operator who, string clientId, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewClients);
        await using var sql = await database.ReadAsync(cancellationToken);
        return Of(await Applications.FindAsync(sql, clientId, cancellationToken) ?? throw AdministrationException.NotFound("client"), options.Issuer);
    }

    /// <summary>The same for a client that is at hand.</summary>
    internal static IReadOnlyList<Snippet> Of(Application client, string issuer)
    {
        var about = SnippetClient.Of(client, issuer);
        return [.. Writers.Select(writer => writer.Write(about)).OfType<Snippet>()];
    }
}
