using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Authorization;

/// <summary>What people have allowed and need not be asked again: scopes, resources and single claims, each on its own.</summary>
internal static class Consents
{
    private const string FindSql = "SELECT scope, resource, claims FROM consents WHERE user_id = $1 AND client_id = $2";

    private const string UpsertSql = """
        INSERT INTO consents (user_id, client_id, scope, resource, claims, created, updated) VALUES ($1, $2, $3, $4, $5, $6, $6)
        ON CONFLICT (user_id, client_id) DO UPDATE SET scope = $3, resource = $4, claims = $5, updated = $6
        """;

    /// <summary>Whether the person must be asked, were it not for an answer just given.</summary>
    public static async ValueTask<bool> IsNeededAsync(SqlSession session, AuthorizationRequest request, string userId, CancellationToken cancellationToken)
    {
        // Whoever registers itself is never trusted without the person's word (OAuth 2.1 §7.13.2).
        if (request.Client.IsSelfRegistered) return true;
        if (IsImplicit(request.Client)) return false;
        return await FindAsync(session, request.Client.ClientId, userId, cancellationToken) is not { } known || !Covers(known, Wanted(request));
    }

    /// <summary>Remembers what was allowed, besides what had been.</summary>
    public static async ValueTask RememberAsync(SqlSession session, AuthorizationRequest request, string userId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (request.Client.IsSelfRegistered || IsImplicit(request.Client)) return;
        var all = await FindAsync(session, request.Client.ClientId, userId, cancellationToken) is { } known ? Join(known, Wanted(request)) : Wanted(request);
        await session.ExecuteAsync(UpsertSql, cancellationToken, userId, request.Client.ClientId, Text(all.Scopes), Text(all.Resources), Text(all.Claims), now);
    }

    /// <summary>The claims about the person that the request asks for one by one.</summary>
    public static IReadOnlyList<string> ClaimsOf(AuthorizationRequest request) => request.Claims is not { } claims ? []
        : [.. claims.UserInfo.Concat(claims.IdToken).Select(claim => claim.Name).Where(UserClaims.IsPersonal).Distinct(StringComparer.Ordinal)];

    private static bool IsImplicit(Application client) => client.Metadata.Consent == "implicit";

    private static Extent Wanted(AuthorizationRequest request) => new([.. request.Scopes.Select(scope => scope.Name)], [.. request.Resources], [.. ClaimsOf(request)]);

    private static bool Covers(Extent known, Extent wanted) =>
        known.Scopes.IsSupersetOf(wanted.Scopes) && known.Resources.IsSupersetOf(wanted.Resources) && known.Claims.IsSupersetOf(wanted.Claims);

    private static Extent Join(Extent a, Extent b) => new([.. a.Scopes, .. b.Scopes], [.. a.Resources, .. b.Resources], [.. a.Claims, .. b.Claims]);

    private static ValueTask<Extent?> FindAsync(SqlSession session, string clientId, string userId, CancellationToken cancellationToken) =>
        session.FirstAsync<Extent?>(FindSql, row => new Extent(Set(row.GetString(0)), Set(row.GetString(1)), Set(row.GetString(2))), cancellationToken, userId, clientId);

    private static HashSet<string> Set(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    private static string Text(HashSet<string> names) => string.Join(' ', names.Order(StringComparer.Ordinal));

    private sealed record Extent(HashSet<string> Scopes, HashSet<string> Resources, HashSet<string> Claims);
}
