namespace Pynomaly.Identity.Clients;

/// <summary>What a request shows by one authentication method: the client it names, and its proof. Empty when the request tried the method and wrote it wrongly.</summary>
/// <param name="ClientId">The client that it names.</param>
/// <param name="Proof">The secret or assertion.</param>
public readonly record struct ClientCredential(string ClientId, string Proof)
{
    /// <summary>Names the client only: the proof is a secret.</summary>
    public override string ToString() => ClientId;
}
