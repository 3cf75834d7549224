namespace Pynomaly.Identity.Users;

/// <summary>Whether a browser is to be trusted not to be asked for the second factor again.</summary>
public enum TrustDevice
{
    /// <summary>Ask the next time too.</summary>
    No,

    /// <summary>Do not ask here for <see cref="Protocol.SecondFactorSettings.TrustedDevice"/>.</summary>
    Yes,
}
