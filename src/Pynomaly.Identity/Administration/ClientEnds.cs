namespace Pynomaly.Identity.Administration;

/// <summary>What ends with a client when it is disabled or deleted. Access tokens that it got for itself end too; nobody counts them.</summary>
/// <param name="Grants">Living grants of people.</param>
/// <param name="People">How many people those are of.</param>
/// <param name="Consents">Remembered consents; they are forgotten when it is deleted.</param>
/// <param name="ApiKeys">Living API keys of the service; they are revoked when it is deleted.</param>
public sealed record ClientEnds(long Grants, long People, long Consents, long ApiKeys)
{
    /// <summary>True: there are more than a thousand grants or consents, and they were not counted further.</summary>
    public bool IsMore { get; init; }
}
