namespace Pynomaly.Identity.ResourceServer;

/// <summary>Names that stand when nothing else is said.</summary>
public static class PynomalyIdentityDefaults
{
    /// <summary>The authentication scheme's name. Its settings may stand under <c>Authentication:Schemes:PynomalyIdentity</c>.</summary>
    public const string AuthenticationScheme = "PynomalyIdentity";

    /// <summary>The meter of this package.</summary>
    public const string MeterName = "Pynomaly.Identity.ResourceServer";

    /// <summary>The claim that holds a permission, one claim each.</summary>
    public const string PermissionClaim = "permissions";

    /// <summary>The claim that holds a role, one claim each; <c>IsInRole</c> asks it.</summary>
    public const string RoleClaim = "roles";
}
