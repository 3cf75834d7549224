namespace Pynomaly.Identity.Administration;

/// <summary>What can be done to many accounts at once.</summary>
public enum BulkAct
{
    /// <summary>Disable them.</summary>
    Disable,

    /// <summary>Enable them.</summary>
    Enable,

    /// <summary>End their sessions and grants.</summary>
    EndSessions,

    /// <summary>Give them a role.</summary>
    AssignRole,

    /// <summary>Take a role from them.</summary>
    UnassignRole,
}
