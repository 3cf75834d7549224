using System.Security.Claims;

namespace Samples.DetectorsApi;

/// <summary>What the API learned of its caller from the access token, and from nothing else.</summary>
internal sealed class WhoAmI(ClaimsPrincipal caller)
{
    public string? Subject => caller.FindFirstValue("sub");
    public string? ClientId => caller.FindFirstValue("client_id");
    public string? TokenId => caller.FindFirstValue("jti");
    public IEnumerable<string> Roles => caller.FindAll("roles").Select(claim => claim.Value);
    public IEnumerable<string> Permissions => caller.FindAll("permissions").Select(claim => claim.Value);
}
