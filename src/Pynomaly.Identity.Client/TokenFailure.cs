namespace Pynomaly.Identity.Client;

/// <summary>Why there is no token.</summary>
public enum TokenFailure
{
    /// <summary>The identity server refused: wrong credentials, a scope that is not the client's. Trying again does not help.</summary>
    Refused,

    /// <summary>The identity server did not answer, or asked for patience, as often as it was tried.</summary>
    Unavailable,

    /// <summary>What answered is not the issuer that was configured, or answers nothing that can be understood.</summary>
    Malformed,

    /// <summary>The request goes to an origin that the tokens are not for, so it was not sent: see <see cref="PynomalyTokensOptions.Origins"/>.</summary>
    Destination,
}
