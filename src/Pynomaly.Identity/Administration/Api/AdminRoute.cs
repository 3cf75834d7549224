using Pynomaly.Identity.Api;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>One operation of the administration API. Each names the permission that it needs; one without is for every administrator.</summary>
internal sealed record AdminRoute(string Method, string Path, string Name, string Summary, Func<AdminCall, Task<ApiAnswer>> Answer) : ApiRoute<AdminCall>(Method, Path, Name, Summary, Answer)
{
    /// <summary>The most bytes of a body.</summary>
    public int MaxBody { get; init; } = ProtocolRequest.MaxBody;
}
