namespace Pynomaly.Identity.Model;

/// <summary>The kinds of one-time things.</summary>
public static class TokenKinds
{
#pragma warning disable CS1591
    public const string AuthorizationCode = "code";
    public const string Interaction = "interaction";
    public const string Logout = "logout";
    public const string ClientAssertion = "client_assertion";
    public const string DPoPProof = "dpop_proof";
    public const string SetUp = "set_up";
    public const string PendingSignIn = "pending_sign_in";
    public const string AuthenticatorEnrolment = "authenticator_enrolment";
    public const string PasskeyCreation = "passkey_creation";
    public const string PasskeyRequest = "passkey_request";
    public const string EmailVerification = "email_verification";
    public const string EmailChange = "email_change";
    public const string PasswordReset = "password_reset";
    public const string FactorReset = "factor_reset";
    public const string FactorRecovery = "factor_recovery";
    public const string Invitation = "invitation";
    public const string Registration = "registration";
    public const string MailSlot = "mail_slot";
    public const string Disavowal = "disavowal";
    public const string ApiKeyExpiry = "api_key_expiry";
    public const string PasswordHold = "password_hold";
#pragma warning restore CS1591
}
