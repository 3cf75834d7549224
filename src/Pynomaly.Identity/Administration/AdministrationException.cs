namespace Pynomaly.Identity.Administration;

/// <summary>An act of administration that is refused; nothing was changed. Page, API and command line each say it in their way.</summary>
public sealed class AdministrationException : Exception
{
    private AdministrationException(AdministrationProblem problem, string message) : base(message) => Problem = problem;

    /// <summary>Why.</summary>
    public AdministrationProblem Problem { get; }

    /// <summary>What is wrong with which field: its name, one word, one sentence.</summary>
    public IReadOnlyList<(string Field, string Code, string Detail)> Errors { get; private init; } = [];

    /// <summary>Fields cannot stand.</summary>
    public static AdministrationException Invalid(params IReadOnlyList<(string Field, string Code, string Detail)> errors) =>
        new(AdministrationProblem.Invalid, string.Join(". ", errors.Select(error => $"{error.Field}: {error.Detail}"))) { Errors = errors };

    /// <summary>The operator lacks a right.</summary>
    public static AdministrationException Forbidden(string reason) => new(AdministrationProblem.Forbidden, reason);

    /// <summary>The operator has to prove who they are once more.</summary>
    public static AdministrationException NotConfirmed() => new(AdministrationProblem.NotConfirmed, "This asks for a sign-in of a moment ago, with a second factor");

    /// <summary>There is no such thing.</summary>
    public static AdministrationException NotFound(string what) => new(AdministrationProblem.NotFound, $"There is no such {what}");

    /// <summary>A rule stands against it.</summary>
    public static AdministrationException Conflict(string reason) => new(AdministrationProblem.Conflict, reason);

    /// <summary>It has changed since it was read.</summary>
    public static AdministrationException Changed() => new(AdministrationProblem.Changed, "It has changed since it was read. Read it again, and decide on what stands now");
}
