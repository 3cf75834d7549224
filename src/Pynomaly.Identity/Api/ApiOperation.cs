using System.Text.Json.Nodes;

namespace Pynomaly.Identity.Api;

/// <summary>What an API's document says of one operation.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Below the API's own path; "{id}" stands for the name of one thing.</param>
/// <param name="Name">Its name for generated clients.</param>
/// <param name="Summary">One sentence.</param>
internal abstract record ApiOperation(string Method, string Path, string Name, string Summary)
{
    /// <summary>True: the token must come from a sign-in of a moment ago, as strong as the person can give it.</summary>
    public bool IsSensitive { get; init; }

    /// <summary>The permission that it needs; null when the token's scope is enough.</summary>
    public string? Permission { get; init; }

    /// <summary>Permissions that it needs beside it.</summary>
    public IReadOnlyList<string> Also { get; init; } = [];

    /// <summary>All of them.</summary>
    public IEnumerable<string> Needs => Permission is null ? Also : Also.Prepend(Permission);

    /// <summary>Schema of the body that it takes.</summary>
    public JsonObject? Takes { get; init; }

    /// <summary>Status of success.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Schema of the body of success; null: none.</summary>
    public JsonObject? Gives { get; init; }

    /// <summary>Media types of that body.</summary>
    public IReadOnlyList<string> GivesTypes { get; init; } = ["application/json"];

    /// <summary>Parameters of the query: name and sentence.</summary>
    public IReadOnlyList<(string Name, string Summary)> Query { get; init; } = [];

    /// <summary>True when it may be refused because of a rule.</summary>
    public bool MayConflict { get; init; }

    /// <summary>True: a POST that only reads, because what it asks with is too long for an address. Sent again it does nothing twice, so that no answer of it is kept.</summary>
    public bool ChangesNothing { get; init; }
}
