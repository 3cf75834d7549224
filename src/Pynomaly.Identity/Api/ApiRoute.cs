namespace Pynomaly.Identity.Api;

/// <summary>One operation of an API, and what answers.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Below the API's own path; "{id}" stands for the name of one thing.</param>
/// <param name="Name">Its name for generated clients.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Answer">Does it.</param>
internal record ApiRoute<TCall>(string Method, string Path, string Name, string Summary, Func<TCall, Task<ApiAnswer>> Answer) : ApiOperation(Method, Path, Name, Summary)
    where TCall : ApiRequest;
