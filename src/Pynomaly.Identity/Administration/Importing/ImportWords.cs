namespace Pynomaly.Identity.Administration.Importing;

/// <summary>What the codes of a report mean, for people.</summary>
internal static class ImportWords
{
#pragma warning disable CS1591 // the sentences stand below
    public const string Malformed = "malformed";
    public const string NoName = "no_name";
    public const string Name = "name";
    public const string Address = "address";
    public const string Twice = "twice";
    public const string Taken = "taken";
    public const string RoleName = "role_name";
    public const string ScopeName = "scope_name";
    public const string ClientId = "client_id";
    public const string Client = "client";
    public const string ClientNotYours = "client_not_yours";
    public const string ScopeNotYours = "scope_not_yours";
    public const string NotOpenId = "not_openid";

    public const string PasswordNotKept = "password_not_kept";
    public const string PasswordNone = "password_none";
    public const string PasswordWeak = "password_weak";
    public const string PasswordArgon = "password_argon2";
    public const string PasswordCostly = "password_costly";
    public const string FactorNotKept = "factor_not_kept";
    public const string FactorLost = "factor_lost";
    public const string Claim = "claim_left_out";
    public const string RoleUnknown = "role_unknown";
    public const string RoleManages = "role_manages";
    public const string RoleNotYours = "role_not_yours";
    public const string RoleNotMade = "role_not_made";
    public const string Pattern = "permission_left_out";
    public const string ClientRole = "client_role";
    public const string RoleAmbiguous = "role_ambiguous";
    public const string External = "external_sign_in";
    public const string ExtraClaims = "claims_left_out";
    public const string ApiKeys = "api_keys";
    public const string MustChange = "must_change_password";

    public const string SecretNeeded = "secret_needed";
    public const string SecretSlow = "secret_kept_slow";
    public const string Grant = "grant_left_out";
    public const string Redirect = "redirect_left_out";
    public const string Scope = "scope_left_out";
    public const string Resource = "resource_left_out";
    public const string NoPkce = "pkce_not_required_there";
    public const string Lifetime = "lifetime_left_out";
    public const string BuiltIn = "built_in";
#pragma warning restore CS1591

    public static string Of(string code) => code switch
    {
        Malformed => "The record cannot be read",
        NoName => "The account has no user name",
        Name => "Nobody may have that user name here",
        Address => "That is no e-mail address that may sign somebody in",
        Twice => "The same user name, address or identifier stands in the source twice",
        Taken => "An account here has this text as its other name or address",
        RoleName => "A role's name has letters, digits, \"_\", \"-\" and \".\", at most 64",
        ScopeName => "That cannot be the name of a scope",
        ClientId => "That cannot be a client_id",
        ClientNotYours => "The client could do what you do not hold, so you cannot bring it in",
        ScopeNotYours => "The scope covers permissions over this server that you do not hold, so you cannot bring it in",
        Client => "A client cannot be registered so",
        NotOpenId => "Clients of other protocols than OpenID Connect are not taken",
        PasswordNotKept => "The password's hash cannot be verified here: the person sets a new one by the link on the sign-in page",
        PasswordNone => "The account has no password: the person sets one by the link on the sign-in page, or has another way in",
        PasswordWeak => "The password's hash is a cheap one; it is replaced when the person next signs in",
        PasswordArgon => "The password's hash is Argon2, which this server cannot verify: the person sets a new password by the link on the sign-in page. Where that is too many people, let them sign in to the old server once more after its password policy was set to pbkdf2-sha512, which replaces the hash, and export again",
        PasswordCostly => "The password's hash takes longer than this server's own, so that a patient stranger can tell by the time of a refusal that there is such an account: raise Identity:Passwords:BcryptCost until it does not, at least for a while",
        FactorNotKept => "An authenticator app could not be kept: only HMAC-SHA-1 with six digits every 30 seconds is. The person sets it up anew",
        FactorLost => "Recovery codes and security keys are bound to the old server: the person makes new ones",
        Claim => "A value of the profile does not stand up to the rules for it and was left out",
        RoleUnknown => "There is no such role here; --map-role OLD=NEW says which one stands for it",
        RoleManages => "The role grants permissions over this server and was not given; --map-role OLD=NEW does it on purpose",
        RoleNotYours => "The role grants what you do not hold, so you cannot give it",
        RoleNotMade => "The role is not here, and making roles needs manage:roles",
        Pattern => "A permission was left out of a new role: it is not written verb:resource, or is one over this server",
        ClientRole => "A role of one client was not given, as there is none named CLIENT.ROLE here; --map-role CLIENT/ROLE=NEW says which one stands for it",
        RoleAmbiguous => "Roles of two clients, or of a client and of the realm, would have one name here: the client's role was not made and not given; --map-role CLIENT/ROLE=NEW says which one stands for it",
        External => "Sign-ins through other services are not kept",
        ExtraClaims => "Claims of the old server's own are not kept",
        ApiKeys => "API keys are not kept, as their hashes cannot be verified here: make new ones",
        MustChange => "The person was to change the password; that wish is not kept",
        SecretNeeded => "The client's secret cannot be kept: give it a new one with clients rotate-secret",
        SecretSlow => "The client's secret is kept as the old, slow hash: give the client a new one when you can",
        Grant => "A grant that this server does not have, or no longer should, was left out",
        Redirect => "A redirect URI was left out: no wildcards, https only",
        Scope => "A scope that is not here, or that covers permissions over this server, was left out",
        Resource => "An API of a scope was left out: write its absolute address, not this server's own",
        NoPkce => "The client was not made to use PKCE there, and has to here",
        Lifetime => "A lifetime beyond what is possible here was left out",
        BuiltIn => "Parts of the old server itself were not taken",
        _ => code,
    };
}
