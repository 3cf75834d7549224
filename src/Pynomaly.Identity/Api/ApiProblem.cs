using Microsoft.AspNetCore.Http;

namespace Pynomaly.Identity.Api;

/// <summary>A request to an API that is refused: status, a sentence, and the field at fault where it is one.</summary>
internal sealed class ApiProblem : Exception
{
    private ApiProblem(int status, string detail) : base(detail) => Status = status;

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>The rule that stands against it, in one word; null: none is told.</summary>
    public string? Code { get; private init; }

    /// <summary>What is wrong with which field: its name, one word, one sentence.</summary>
    public IReadOnlyList<(string Field, string Code, string Detail)> Errors { get; private init; } = [];

    /// <summary>Fields of the body or the query that cannot stand.</summary>
    public static ApiProblem Invalid(params IReadOnlyList<(string Field, string Code, string Detail)> errors) =>
        new(StatusCodes.Status400BadRequest, "The request cannot be carried out as it stands") { Errors = errors };

    /// <summary>There is no such thing, or none that the caller may know of. One answer for both (SE-09, AD-06).</summary>
    public static ApiProblem NotFound() => new(StatusCodes.Status404NotFound, "There is no such thing");

    /// <summary>What is asked for would break a rule.</summary>
    public static ApiProblem Conflict(string detail, string? code = null) => new(StatusCodes.Status409Conflict, detail) { Code = code };

    /// <summary>The body is not JSON.</summary>
    public static ApiProblem NotJson() => new(StatusCodes.Status415UnsupportedMediaType, "The body has to be JSON, sent as application/json");

    /// <summary>This server does not do that.</summary>
    public static ApiProblem Unavailable(string detail) => new(StatusCodes.Status501NotImplemented, detail);

    /// <summary>The caller lacks a right.</summary>
    public static ApiProblem Forbidden(string detail, string? code = null) => new(StatusCodes.Status403Forbidden, detail) { Code = code };

    /// <summary>The thing has changed since it was read (RFC 9110 §13.1.1).</summary>
    public static ApiProblem Changed() => new(StatusCodes.Status412PreconditionFailed, "It has changed since it was read. Read it again, and decide on what stands now");

    /// <summary>The request is well-formed, and contradicts one before it (RFC 9110 §15.5.21).</summary>
    public static ApiProblem Unprocessable(string detail) => new(StatusCodes.Status422UnprocessableEntity, detail);
}
