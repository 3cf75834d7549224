namespace Pynomaly.Identity.Administration;

/// <summary>How a one-time link reaches the person.</summary>
public enum LinkDelivery
{
    /// <summary>To the account's proven address; the operator does not see it.</summary>
    Mail,

    /// <summary>The operator hands it over, after making sure who asks.</summary>
    Hand,
}
