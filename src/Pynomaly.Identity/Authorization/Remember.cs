namespace Pynomaly.Identity.Authorization;

/// <summary>Whether a person's answer at consent is kept for the next time.</summary>
public enum Remember
{
    /// <summary>Only this once.</summary>
    No,

    /// <summary>Until it is taken back, or more is asked for.</summary>
    Yes,
}
