namespace Pynomaly.Identity.Users;

/// <summary>How adding a passkey ended.</summary>
public abstract record PasskeyResult
{
    /// <summary>It was added.</summary>
    public sealed record Added(Model.Passkey Passkey) : PasskeyResult;

    /// <summary>It was not. The reason is one word, for the page to put into a sentence: "expired", "invalid", "known", "attestation", "model".</summary>
    public sealed record Refused(string Reason) : PasskeyResult;
}
