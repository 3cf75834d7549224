namespace Pynomaly.Identity.Administration.Importing;

/// <summary>The systems that accounts and clients can be brought in from.</summary>
public static class ImportKinds
{
    /// <summary>Pynomaly's own tables: users, roles, permissions.</summary>
    public const string Pynomaly = "pynomaly";

    /// <summary>ASP.NET Core Identity: AspNetUsers, AspNetRoles, AspNetUserRoles, AspNetUserTokens.</summary>
    public const string AspNet = "aspnet";

    /// <summary>OpenIddict's Entity Framework tables: OpenIddictApplications, OpenIddictScopes.</summary>
    public const string OpenIddict = "openiddict";

    /// <summary>A realm that Keycloak exported.</summary>
    public const string Keycloak = "keycloak";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Pynomaly, AspNet, OpenIddict, Keycloak];
}
