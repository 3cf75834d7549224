namespace Pynomaly.Identity.Protocol;

/// <summary>Rate limits, each counted per minute. Keys stand under "Identity:Limits:". 0 switches one off.</summary>
public sealed record LimitSettings
{
    /// <summary>Requests of one address to the token endpoint. Default 600.</summary>
    public int TokenPerAddress { get; init; } = 600;

    /// <summary>Requests refused as invalid_client or invalid_grant of one address at the token, introspection and revocation endpoints. Default 30.</summary>
    public int FailuresPerAddress { get; init; } = 30;

    /// <summary>Posts of one address to the sign-in page. Default 20.</summary>
    public int SignInPerAddress { get; init; } = 20;

    /// <summary>Posts of one address to the pages for sign-up, forgotten passwords and links in e-mails. Default 10.</summary>
    public int SelfServicePerAddress { get; init; } = 10;

    /// <summary>Requests of one address to introspection and revocation. Default 6000.</summary>
    public int IntrospectionPerAddress { get; init; } = 6000;

    /// <summary>Requests of one address to the authorization and logout endpoints. Default 300.</summary>
    public int AuthorizePerAddress { get; init; } = 300;

    /// <summary>Requests of one address to the account and the administration API and reports of leaked keys, together. Default 600.</summary>
    public int ApiPerAddress { get; init; } = 600;

    /// <summary>Requests of one address for the revocation list and Token Status Lists; 250 entries told count as one more. Default 60,000.</summary>
    public int ListsPerAddress { get; init; } = 60_000;

    internal static LimitSettings Read(SettingsReader read)
    {
        var d = new LimitSettings();
        const int most = 100_000_000;
        return new LimitSettings
        {
            TokenPerAddress = read.Number("Limits:TokenPerAddress", d.TokenPerAddress, 0, most),
            FailuresPerAddress = read.Number("Limits:FailuresPerAddress", d.FailuresPerAddress, 0, most),
            SignInPerAddress = read.Number("Limits:SignInPerAddress", d.SignInPerAddress, 0, most),
            SelfServicePerAddress = read.Number("Limits:SelfServicePerAddress", d.SelfServicePerAddress, 0, most),
            IntrospectionPerAddress = read.Number("Limits:IntrospectionPerAddress", d.IntrospectionPerAddress, 0, most),
            ApiPerAddress = read.Number("Limits:ApiPerAddress", d.ApiPerAddress, 0, most),
            ListsPerAddress = read.Number("Limits:ListsPerAddress", d.ListsPerAddress, 0, most),
            AuthorizePerAddress = read.Number("Limits:AuthorizePerAddress", d.AuthorizePerAddress, 0, most),
        };
    }
}
