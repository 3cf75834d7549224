namespace Samples.DetectorsApi;

/// <summary>Guards an endpoint by one entry of the token's <c>permissions</c> array, for example <c>read:detectors</c>.</summary>
/// <remarks>The identity server has already expanded every pattern, so an exact comparison is the whole check.</remarks>
internal static class Permissions
{
    public const string ClaimType = "permissions";

    public static RouteHandlerBuilder RequirePermission(this RouteHandlerBuilder endpoint, string permission) => endpoint
        .RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireClaim(ClaimType, permission))
        .WithMetadata(new RequiredPermission(permission));
}
