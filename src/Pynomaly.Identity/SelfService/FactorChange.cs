namespace Pynomaly.Identity.SelfService;

/// <summary>How a change to one's factors ended.</summary>
public enum FactorChange
{
    /// <summary>It is done.</summary>
    Done,

    /// <summary>There is no such factor of this person, or the code does not hold.</summary>
    Unknown,

    /// <summary>The proof of who asks is too old or too weak (<see cref="Confirmation"/>).</summary>
    NotConfirmed,

    /// <summary>It is the last one of a person who must have one.</summary>
    LastOne,
}
