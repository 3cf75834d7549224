namespace Pynomaly.Identity.Administration;

/// <summary>Why an act of administration is refused.</summary>
public enum AdministrationProblem
{
    /// <summary>Fields cannot stand as they are.</summary>
    Invalid,

    /// <summary>The operator lacks a right.</summary>
    Forbidden,

    /// <summary>The operator has to prove who they are once more.</summary>
    NotConfirmed,

    /// <summary>There is no such thing, or none that the operator may know of.</summary>
    NotFound,

    /// <summary>A rule stands against it.</summary>
    Conflict,

    /// <summary>It has changed since the operator read it.</summary>
    Changed,
}
