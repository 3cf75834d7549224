using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration;

/// <summary>A client secret as operators see it: neither the secret nor its hash (security case AD-07).</summary>
/// <param name="Id">Names it.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Expires">When it ends to count; null: never.</param>
/// <param name="IsActive">Whether it counts now.</param>
public sealed record ClientSecretSummary(string Id, DateTimeOffset Created, DateTimeOffset? Expires, bool IsActive)
{
    internal static ClientSecretSummary Of(ClientSecret secret, DateTimeOffset now) => new(IdOf(secret), secret.Created, secret.Expires, secret.IsActive(now));

    internal static string IdOf(ClientSecret secret) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"client secret {secret.Hash}")).AsSpan(0, 6));
}
