using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>A key that was made just now: the only page that it stands on.</summary>
/// <param name="Made">The key.</param>
/// <param name="TokenEndpoint">Where it is exchanged.</param>
internal sealed record NewKeyView(MadeApiKey Made, string TokenEndpoint)
{
    /// <summary>One line that gets a token.</summary>
    public string Curl => $"curl -d grant_type=client_credentials -d client_secret={Made.Key} {TokenEndpoint}";

    /// <summary>Names the key only.</summary>
    public override string ToString() => Made.ToString();
}
