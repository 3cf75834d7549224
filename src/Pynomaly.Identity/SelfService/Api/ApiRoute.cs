using Pynomaly.Identity.Api;

namespace Pynomaly.Identity.SelfService.Api;

/// <summary>One operation of the account API.</summary>
internal sealed record ApiRoute(string Method, string Path, string Name, string Summary, Func<ApiCall, Task<ApiAnswer>> Answer) : ApiRoute<ApiCall>(Method, Path, Name, Summary, Answer);
