namespace Pynomaly.Identity.Keys;

/// <summary>The signing keys: pending (published, not yet signing), active, retired (published while its tokens live), gone. At most a second old.</summary>
public sealed class KeyRing
{
    /// <summary>The key that signs with the algorithm now.</summary>
    public SigningCredential Active(string algorithm) => throw new NotSupportedException();

    /// <summary>The key of that id while it is published; null when it is unknown, gone or revoked.</summary>
    public SigningCredential? Find(string kid) => throw new NotSupportedException();

    /// <summary>The key of that id, gone ones too, but not revoked ones: for hints of any age (id_token_hint).</summary>
    public SigningCredential? FindFormer(string kid) => throw new NotSupportedException();

    /// <summary>Algorithms with an active key.</summary>
    public IReadOnlyList<string> AlgorithmsInUse => throw new NotSupportedException();
}
