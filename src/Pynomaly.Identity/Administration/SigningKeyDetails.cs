using Pynomaly.Identity.Keys;

namespace Pynomaly.Identity.Administration;

/// <summary>A signing key as operators see it, with its times.</summary>
/// <param name="Kid">Key id.</param>
/// <param name="Algorithm">The JWS algorithm.</param>
/// <param name="State">"pending" (published, not yet signing), "active", "retired" (published while its tokens live), "gone" or "revoked".</param>
/// <param name="Published">When it was made, and published from.</param>
/// <param name="Activates">When it begins to sign, or began.</param>
/// <param name="Retires">When its successor takes over, or took over; null: there is none yet.</param>
/// <param name="Removed">When it ends to be published; null: not yet known.</param>
/// <param name="Revoked">When it was revoked.</param>
/// <param name="NextRotation">For the active key: when the schedule makes the key after it sign; null: one is pending already, or it signs no more.</param>
public sealed record SigningKeyDetails(
    string Kid, string Algorithm, string State, DateTimeOffset Published, DateTimeOffset Activates, DateTimeOffset? Retires, DateTimeOffset? Removed, DateTimeOffset? Revoked, DateTimeOffset? NextRotation)
{
    internal static SigningKeyDetails Of(SigningKeyStatus key, IEnumerable<SigningKeyStatus> all, TimeSpan lifetime)
    {
        var next = all.Where(other => other.Algorithm == key.Algorithm && other.Revoked is null && other.Kid != key.Kid && other.Activates >= key.Activates && other.Created > key.Created).OrderBy(other => other.Activates).FirstOrDefault();
        return new(key.Kid, key.Algorithm, key.State, key.Created, key.Activates, key.Revoked ?? next?.Activates, key.Revoked ?? key.Gone, key.Revoked,
            key.State == "active" && next is null ? key.Activates + lifetime : null);
    }
}
