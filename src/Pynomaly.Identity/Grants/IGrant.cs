using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Grants;

/// <summary>A grant type: what it asks of a token request. One class a grant, one line under the roof; discovery lists it by itself.</summary>
public interface IGrant
{
    /// <summary>The value of grant_type.</summary>
    string GrantType { get; }

    /// <summary>Finds the request good, or refuses it. Writes nothing, but for ending what a replay betrays.</summary>
    /// <remarks>The thumbprint is that of the key which the request proved (RFC 9449 §5); null: none.</remarks>
    /// <exception cref="ProtocolException">The error of the grant's specification.</exception>
    ValueTask<TokenGrant> ValidateAsync(ProtocolRequest request, Application client, string? thumbprint, CancellationToken cancellationToken);

    /// <summary>What becomes of a request that was good, but lost the race to redeem: the refusal, after whatever must be ended.</summary>
    ValueTask<ProtocolException> LostAsync(ProtocolRequest request, TokenGrant grant, CancellationToken cancellationToken);
}
