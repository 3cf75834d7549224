namespace Pynomaly.Identity.Client;

/// <summary>How a service gets its access tokens. Exactly one of <see cref="ClientSecret"/>, <see cref="PrivateKey"/> and <see cref="ApiKey"/> is given.</summary>
public sealed class PynomalyTokensOptions
{
    /// <summary>The issuer: the identity server's address, exactly as it says it. https, or http on a loopback address.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>The client's id; not needed with <see cref="ApiKey"/>, which names itself.</summary>
    public string? ClientId { get; set; }

    /// <summary>The client's secret (client_secret_basic, RFC 6749 §2.3.1).</summary>
    public string? ClientSecret { get; set; }

    /// <summary>The client's private key as PEM: EC on P-256 (signs ES256) or RSA of 3072 bits or more (signs PS256). For private_key_jwt (RFC 7523).</summary>
    public string? PrivateKey { get; set; }

    /// <summary>The kid of that key in the client's JWK Set; null: none is named.</summary>
    public string? KeyId { get; set; }

    /// <summary>An API key, "pyn_...".</summary>
    public string? ApiKey { get; set; }

    /// <summary>The scopes to ask for, separated by blanks; null: all that the client is registered for.</summary>
    public string? Scope { get; set; }

    /// <summary>The API that the token is for (resource, RFC 8707); null: all that the scopes lead to.</summary>
    public string? Resource { get; set; }

    /// <summary>The origins that the tokens are sent to, for example "https://api.example.org". Empty: that of the HttpClient's BaseAddress, where ConfigureHttpClient sets it, and
    /// that of <see cref="Resource"/>, where it is an address. A request to any other place fails and is not sent.</summary>
    public IList<string> Origins { get; } = [];

    /// <summary>True binds the tokens to a key that this process makes and never stores (DPoP, RFC 9449). Default false.</summary>
    public bool UseDPoP { get; set; }

    /// <summary>How long one request to the identity server may take. Default 10 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a request is sent at most, when the answer is 429 or a failure that passes (408, 500, 502, 503, 504, or none at all). Default 4; 1: no second time.</summary>
    public int MaximumAttempts { get; set; } = 4;

    /// <summary>The longest wait between two attempts, also where Retry-After asks for more: then the answer is given to the caller. Default 20 seconds.</summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public override string ToString() => $"{nameof(PynomalyTokensOptions)} for {Issuer}"; // credentials do not belong in a log
}
