using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration;

/// <summary>An act of administration that is refused; nothing was changed. Page, API and command line each say it in their way.</summary>
public sealed class AdministrationException : Exception
{
    private AdministrationException(AdministrationProblem problem, string code, FormattableString words) : base(FormattableString.Invariant(words)) => (Problem, Why) = (problem, new Sentence(code, words));

    /// <summary>Why.</summary>
    public AdministrationProblem Problem { get; }

    /// <summary>The message, by its code and values.</summary>
    public Sentence Why { get; }

    /// <summary>What is wrong with which field.</summary>
    public IReadOnlyList<FieldProblem> Errors { get; private init; } = [];

    /// <summary>A field cannot stand.</summary>
    public static AdministrationException Invalid(string field, string code, FormattableString words) => Invalid([new FieldProblem(field, code, words)]);

    /// <summary>Fields cannot stand.</summary>
    public static AdministrationException Invalid(IReadOnlyList<FieldProblem> errors) =>
        new(AdministrationProblem.Invalid, "invalid", $"{string.Join(". ", errors.Select(error => $"{error.Field}: {error.Detail}"))}") { Errors = errors };

    /// <summary>The operator lacks a right.</summary>
    public static AdministrationException Forbidden(string code, FormattableString reason) => new(AdministrationProblem.Forbidden, code, reason);

    /// <summary>The operator has to prove who they are once more.</summary>
    public static AdministrationException NotConfirmed() => new(AdministrationProblem.NotConfirmed, "not_confirmed", $"This asks for a sign-in of a moment ago, with a second factor");

    /// <summary>There is no such thing.</summary>
    public static AdministrationException NotFound(string what) => new(AdministrationProblem.NotFound, "not_found", $"There is no such {what}");

    /// <summary>A rule stands against it.</summary>
    public static AdministrationException Conflict(string code, FormattableString reason) => new(AdministrationProblem.Conflict, code, reason);

    /// <summary>It has changed since it was read.</summary>
    public static AdministrationException Changed() => new(AdministrationProblem.Changed, "changed", $"It has changed since it was read. Read it again, and decide on what stands now");
}
