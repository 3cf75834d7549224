namespace Pynomaly.Identity.Model;

/// <summary>The kinds of one-time things.</summary>
public static class TokenKinds
{
#pragma warning disable CS1591
    public const string AuthorizationCode = "code";
    public const string Interaction = "interaction";
    public const string Logout = "logout";
    public const string ClientAssertion = "client_assertion";
    public const string SetUp = "set_up";
#pragma warning restore CS1591
}
