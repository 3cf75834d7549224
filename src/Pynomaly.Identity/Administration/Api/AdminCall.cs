using System.Globalization;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Api;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>A request to the administration API whose token holds.</summary>
/// <param name="Context">The request.</param>
/// <param name="Operator">Who acts.</param>
internal sealed record AdminCall(HttpContext Context, Operator Operator) : ApiRequest(Context)
{
    /// <summary>The version that the caller read: If-Match (RFC 9110 §13.1.1). Null: no condition.</summary>
    public string? Expected => (string?)Context.Request.Headers.IfMatch is { Length: > 0 } tag && tag != "*" ? tag.Trim('"') : null;

    /// <summary>The cursor where the list goes on.</summary>
    public string? After => Query("after");

    /// <summary>How many items the caller wants.</summary>
    /// <exception cref="ApiProblem">It is no number, or too large a one (AD-09).</exception>
    public int Limit => Query("limit") is not { } text ? Cursors.Usual
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= Cursors.Most ? limit
        : throw ApiProblem.Invalid(("limit", "out_of_range", $"Write a number from 1 to {Cursors.Most}"));

    /// <summary>A parameter of the query; null when it is absent or empty.</summary>
    /// <exception cref="ApiProblem">It was sent twice.</exception>
    public string? Query(string name) => Context.Request.Query[name] switch
    {
        { Count: 0 } => null,
        [var one] => string.IsNullOrEmpty(one) ? null : one,
        _ => throw ApiProblem.Invalid((name, "repeated", "The parameter may be sent once only")),
    };
}
