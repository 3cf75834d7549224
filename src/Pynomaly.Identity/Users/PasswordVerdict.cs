namespace Pynomaly.Identity.Users;

/// <summary>What became of a presented password.</summary>
internal enum PasswordVerdict
{
    /// <summary>It is not the password.</summary>
    Failed,

    /// <summary>It is the password.</summary>
    Success,

    /// <summary>It is the password; its hash is of an older kind or cost and is to be replaced by a new one now.</summary>
    SuccessRehashNeeded,
}
