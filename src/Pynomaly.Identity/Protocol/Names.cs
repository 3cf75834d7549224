namespace Pynomaly.Identity.Protocol;

/// <summary>Error codes, as the IANA registry "OAuth Extensions Error" spells them.</summary>
public static class Errors
{
#pragma warning disable CS1591 // each constant is its own documentation: the registered word
    public const string InvalidRequest = "invalid_request";
    public const string InvalidClient = "invalid_client";
    public const string InvalidGrant = "invalid_grant";
    public const string UnauthorizedClient = "unauthorized_client";
    public const string UnsupportedGrantType = "unsupported_grant_type";
    public const string UnsupportedResponseType = "unsupported_response_type";
    public const string InvalidScope = "invalid_scope";
    public const string InvalidTarget = "invalid_target";
    public const string InvalidToken = "invalid_token";
    public const string InsufficientScope = "insufficient_scope";
    public const string InsufficientUserAuthentication = "insufficient_user_authentication";
    public const string AccessDenied = "access_denied";
    public const string ServerError = "server_error";
    public const string TemporarilyUnavailable = "temporarily_unavailable";
    public const string SlowDown = "slow_down";
    public const string LoginRequired = "login_required";
    public const string ConsentRequired = "consent_required";
    public const string InteractionRequired = "interaction_required";
    public const string AccountSelectionRequired = "account_selection_required";
    public const string RequestNotSupported = "request_not_supported";
    public const string RequestUriNotSupported = "request_uri_not_supported";
    public const string RegistrationNotSupported = "registration_not_supported";
    public const string UnsupportedTokenType = "unsupported_token_type";
    public const string InvalidDPoPProof = "invalid_dpop_proof";
    public const string UseDPoPNonce = "use_dpop_nonce";
    public const string UnmetAuthenticationRequirements = "unmet_authentication_requirements";
#pragma warning restore CS1591
}

/// <summary>Request and response parameters, as the IANA registry "OAuth Parameters" spells them.</summary>
public static class Parameters
{
#pragma warning disable CS1591
    public const string AccessToken = "access_token";
    public const string AcrValues = "acr_values";
    public const string Claims = "claims";
    public const string ClientAssertion = "client_assertion";
    public const string ClientAssertionType = "client_assertion_type";
    public const string ClientId = "client_id";
    public const string ClientSecret = "client_secret";
    public const string Code = "code";
    public const string CodeChallenge = "code_challenge";
    public const string CodeChallengeMethod = "code_challenge_method";
    public const string CodeVerifier = "code_verifier";
    public const string Display = "display";
    public const string DPoPJkt = "dpop_jkt";
    public const string Error = "error";
    public const string ErrorDescription = "error_description";
    public const string GrantType = "grant_type";
    public const string IdTokenHint = "id_token_hint";
    public const string Issuer = "iss";
    public const string LoginHint = "login_hint";
    public const string LogoutHint = "logout_hint";
    public const string MaxAge = "max_age";
    public const string Nonce = "nonce";
    public const string PostLogoutRedirectUri = "post_logout_redirect_uri";
    public const string Prompt = "prompt";
    public const string RedirectUri = "redirect_uri";
    public const string RefreshToken = "refresh_token";
    public const string Registration = "registration";
    public const string Request = "request";
    public const string RequestUri = "request_uri";
    public const string Resource = "resource";
    public const string ResponseMode = "response_mode";
    public const string ResponseType = "response_type";
    public const string Scope = "scope";
    public const string State = "state";
    public const string Token = "token";
    public const string TokenTypeHint = "token_type_hint";
    public const string UiLocales = "ui_locales";
#pragma warning restore CS1591
}

/// <summary>Values of prompt (OpenID Connect Core §3.1.2.1).</summary>
public static class Prompts
{
#pragma warning disable CS1591
    public const string None = "none";
    public const string Login = "login";
    public const string Consent = "consent";
    public const string SelectAccount = "select_account";
#pragma warning restore CS1591
}

/// <summary>Response modes (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode).</summary>
public static class ResponseModes
{
#pragma warning disable CS1591
    public const string Query = "query";
    public const string FormPost = "form_post";
#pragma warning restore CS1591
}

/// <summary>Grant types (RFC 6749, IANA registry "OAuth Grant Types" by way of RFC 7591 §2).</summary>
public static class GrantTypes
{
#pragma warning disable CS1591
    public const string AuthorizationCode = "authorization_code";
    public const string RefreshToken = "refresh_token";
    public const string ClientCredentials = "client_credentials";
#pragma warning restore CS1591
}

/// <summary>Client authentication methods (IANA registry "OAuth Token Endpoint Authentication Methods").</summary>
public static class ClientAuthenticationMethods
{
#pragma warning disable CS1591
    public const string ClientSecretBasic = "client_secret_basic";
    public const string ClientSecretPost = "client_secret_post";
    public const string PrivateKeyJwt = "private_key_jwt";
    public const string None = "none";
#pragma warning restore CS1591
}

/// <summary>Types of client assertions (IANA registry "OAuth URI").</summary>
public static class ClientAssertionTypes
{
#pragma warning disable CS1591
    public const string JwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
#pragma warning restore CS1591
}

/// <summary>Scopes with a meaning of their own (OpenID Connect Core §5.4, §11).</summary>
public static class StandardScopes
{
#pragma warning disable CS1591
    public const string OpenId = "openid";
    public const string Profile = "profile";
    public const string Email = "email";
    public const string Address = "address";
    public const string Phone = "phone";
    public const string OfflineAccess = "offline_access";
    public const string Account = "account";
    public const string Administration = "administration";
#pragma warning restore CS1591
}

/// <summary>JWS algorithms (RFC 7518 §3.1) that this server may sign with, or accept of clients.</summary>
public static class Algorithms
{
#pragma warning disable CS1591
    public const string ES256 = "ES256";
    public const string RS256 = "RS256";
    public const string PS256 = "PS256";
#pragma warning restore CS1591
}

/// <summary>The server's paths, relative to the issuer. The design keeps OpenIddict's.</summary>
public static class Paths
{
#pragma warning disable CS1591
    public const string Authorize = "/connect/authorize";
    public const string AuthorizeResume = "/connect/authorize/resume";
    public const string FormPostScript = "/connect/authorize/form-post.js";
    public const string Token = "/connect/token";
    public const string UserInfo = "/connect/userinfo";
    public const string Introspect = "/connect/introspect";
    public const string Revoke = "/connect/revoke";
    public const string Revocations = "/connect/revocations";
    public const string StatusList = "/connect/statuslist";
    public const string Logout = "/connect/logout";
    public const string Configuration = "/.well-known/openid-configuration";
    public const string AuthorizationServer = "/.well-known/oauth-authorization-server";
    public const string Keys = "/.well-known/jwks";
    public const string SharedSignals = "/.well-known/ssf-configuration";
    public const string SignInPage = "/signin";
    public const string FactorPage = "/signin/factor";
    public const string EnrolPage = "/signin/enrol";
    public const string ConfirmPage = "/signin/confirm";
    public const string PasskeyOptions = "/signin/passkey/options";
    public const string PasskeySignIn = "/signin/passkey";
    public const string PasskeyEnrolOptions = "/signin/enrol/passkey/options";
    public const string PasskeyAddOptions = "/account/passkeys/options";
    public const string SignUpPage = "/signup";
    public const string ForgottenPage = "/forgotten";
    public const string ResetPage = "/reset";
    public const string InvitationPage = "/invitation";
    public const string VerifyEmailPage = "/verify-email";
    public const string DisavowPage = "/not-me";
    public const string RecoverFactorsPage = "/recover";
    public const string RelatedOrigins = "/.well-known/webauthn";
    public const string PasskeyEndpoints = "/.well-known/passkey-endpoints";
    public const string ChangePassword = "/.well-known/change-password";
    public const string SecurityPage = "/account/security";
    public const string PasskeysPage = "/account/passkeys";
    public const string PasswordPage = "/account/security/password";
    public const string EmailPage = "/account/security/email";
    public const string AuthenticatorPage = "/account/security/authenticator";
    public const string BackupCodesPage = "/account/security/backup-codes";
    public const string ProfilePage = "/account/profile";
    public const string SessionsPage = "/account/sessions";
    public const string ConnectionsPage = "/account/apps";
    public const string ApiKeysPage = "/account/keys";
    public const string ActivityPage = "/account/activity";
    public const string DataPage = "/account/data";
    public const string AppearancePage = "/account/appearance";
    public const string DeletePage = "/account/data/delete";
    public const string SecurePage = "/account/secure";
    public const string LanguageForm = "/language";
    public const string SecuredPage = "/secured";
    public const string GoodbyePage = "/goodbye";
    public const string AccountApi = "/api/account/v1";
    public const string AdminApi = "/api/admin/v1";
    public const string AdminPage = "/admin";
    public const string SelectAccountPage = "/select-account";
    public const string ConsentPage = "/consent";
    public const string LogoutPage = "/logout";
    public const string SignedOutPage = "/signed-out";
    public const string ErrorPage = "/error";
    public const string SetUpPage = "/setup";
    public const string AccountPage = "/account";
    public const string Live = "/health/live";
    public const string Ready = "/health/ready";
    public const string Metrics = "/metrics";
#pragma warning restore CS1591
}
