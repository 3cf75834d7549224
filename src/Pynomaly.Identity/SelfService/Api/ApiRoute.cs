using System.Text.Json.Nodes;

namespace Pynomaly.Identity.SelfService.Api;

/// <summary>One operation of the API: what answers, and what the document says of it.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Below <see cref="Protocol.Paths.AccountApi"/>; "{id}" stands for the name of one thing.</param>
/// <param name="Name">Its name for generated clients.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Answer">Does it.</param>
internal sealed record ApiRoute(string Method, string Path, string Name, string Summary, Func<ApiCall, Task<ApiAnswer>> Answer)
{
    /// <summary>True: the token must come from a sign-in of a moment ago, as strong as the person can give it.</summary>
    public bool IsSensitive { get; init; }

    /// <summary>Schema of the body that it takes.</summary>
    public JsonObject? Takes { get; init; }

    /// <summary>Status of success.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Schema of the body of success; null: none.</summary>
    public JsonObject? Gives { get; init; }

    /// <summary>Parameters of the query: name and sentence.</summary>
    public IReadOnlyList<(string Name, string Summary)> Query { get; init; } = [];

    /// <summary>True when it may be refused because of a rule of the account.</summary>
    public bool MayConflict { get; init; }
}
