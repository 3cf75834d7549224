namespace Pynomaly.Identity.Administration;

/// <summary>A client that was made, or given a secret.</summary>
/// <param name="Client">As it stands now.</param>
/// <param name="Secret">The secret, shown this once and kept nowhere; null: it has none.</param>
public sealed record MadeClient(ClientDetails Client, string? Secret)
{
    /// <inheritdoc/>
    public override string ToString() => $"{nameof(MadeClient)} {Client.ClientId}";
}
