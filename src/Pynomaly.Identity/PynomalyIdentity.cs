using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Api;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Administration.Review;
using Pynomaly.Identity.Administration.Snippets;
using Pynomaly.Identity.Administration.Importing;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Discovery;
using Pynomaly.Identity.Grants;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Mail;
using Pynomaly.Identity.OpenId;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Sealing;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.SelfService.Api;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Tokens;
using Pynomaly.Identity.Users;
using Pynomaly.Identity.Users.Attestation;

namespace Pynomaly.Identity;

/// <summary>The roof: puts the rooms together. One line a service, one line an endpoint.</summary>
public static class PynomalyIdentity
{
    /// <summary>Adds the engine's services.</summary>
    public static IServiceCollection AddPynomalyIdentity(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddHttpContextAccessor(); // for the audit trail alone

        services.AddSingleton<Database>();
        services.AddSingleton<ContextFactory>();
        services.AddSingleton<Migrator>();
        services.AddSingleton<Catalogue>();
        services.AddSingleton<ChangeFeed>().AddHostedService(provider => provider.GetRequiredService<ChangeFeed>());
        services.AddSingleton<Pruning>().AddHostedService(provider => provider.GetRequiredService<Pruning>());
        services.AddSealing(); // ends after the trail, whose last counts it seals
        services.AddSingleton<AuditTrail>().AddHostedService(provider => provider.GetRequiredService<AuditTrail>());

        services.AddSingleton<RateLimits>();
        services.AddSingleton<Bans>();
        services.AddSingleton<SignInTries>();
        services.AddSingleton<Probes>();

        services.AddSingleton<Accounts>();
        services.AddSingleton<SetUp>();
        services.AddSingleton<InitialData>();
        services.AddSingleton<Configurator>();
        services.AddSingleton<ConfigurationExport>();
        services.AddSingleton<Drift>();
        services.AddSingleton<People>();
        services.AddSingleton<UserAdministration>();
        services.AddSingleton<AccountRegistry>();
        services.AddSingleton<RoleAdministration>();
        services.AddSingleton<PermissionAdministration>();
        services.AddSingleton<BulkAdministration>();
        services.AddSingleton<Explanations>();
        services.AddSingleton<TokenSimulator>();
        services.AddSingleton<Impersonation>();
        services.AddSingleton<BanAdministration>();
        services.AddSingleton<ClientAdministration>();
        services.AddSingleton<ClientSecrets>();
        services.AddSingleton<ScopeAdministration>();
        services.AddSingleton<GrantAdministration>();
        services.AddSingleton<SessionAdministration>();
        services.AddSingleton<RevocationAdministration>();
        services.AddSingleton<SigningKeyAdministration>();
        services.AddSingleton<ClientIndex>();
        services.AddSingleton<PostureReport>();
        services.AddSingleton<ClientSnippets>();
        services.AddSingleton<SettingsInForce>();
        services.AddSingleton<ServerHealth>();
        services.AddSingleton<Cursors>();
        services.AddSingleton<Operators>();
        services.AddSingleton<AdminRoutes, OperatorRoutes>();
        services.AddSingleton<AdminRoutes, ClientRoutes>();
        services.AddSingleton<AdminRoutes, ClientReviewRoutes>();
        services.AddSingleton<AdminRoutes, ScopeRoutes>();
        services.AddSingleton<AdminRoutes, SessionAdminRoutes>();
        services.AddSingleton<AdminRoutes, RevocationRoutes>();
        services.AddSingleton<AdminRoutes, SigningKeyRoutes>();
        services.AddSingleton<AdminRoutes, SystemRoutes>();
        services.AddSingleton<AdminRoutes, ConfigurationRoutes>();
        services.AddSingleton<AdminRoutes, UserRoutes>();
        services.AddSingleton<AdminRoutes, UserActRoutes>();
        services.AddSingleton<AdminRoutes, RoleRoutes>();
        services.AddSingleton<AdminRoutes, PermissionRoutes>();
        services.AddSingleton<AdminRoutes, BanRoutes>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<AuditVerifications>();
        services.AddSingleton<RefusedActs>();
        services.AddSingleton<Statistics>();
        services.AddSingleton<Webhooks>();
        services.AddSingleton<WebhookDelivery>().AddHostedService(provider => provider.GetRequiredService<WebhookDelivery>());
        services.AddSingleton<SecurityEventToken>();
        services.AddSingleton<EventReceivers>();
        services.AddSingleton<EventDelivery>().AddHostedService(provider => provider.GetRequiredService<EventDelivery>());
        services.AddSingleton<AdminRoutes, EventReceiverRoutes>();
        services.AddSingleton<AdminRoutes, AuditRoutes>();
        services.AddSingleton<AdminRoutes, WebhookRoutes>();
        services.AddSingleton<AdminRoutes, Administration.Api.ApiKeyRoutes>();
        services.AddSingleton<Imports>();
        services.AddSingleton<ImportWork>().AddHostedService(provider => provider.GetRequiredService<ImportWork>());
        services.AddSingleton<AdminRoutes, ImportRoutes>();
        services.AddSingleton<AdminDoor>();
        services.AddSingleton<RememberedAnswers>();
        services.AddSingleton<AdminApi>();

        services.AddSingleton<MasterKey>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<KeyRotation>().AddHostedService(provider => provider.GetRequiredService<KeyRotation>());
        services.AddSingleton<JsonWebKeySetEndpoint>();
        services.AddDataProtectionKeys();

        services.AddMail(options);

        services.TryAddSingleton<OutboundHttp>();
        services.AddSingleton<ClientDirectory>();
        services.AddSingleton<BrowserOrigins>();
        services.AddSingleton<IClientAuthenticationMethod, ClientSecretBasic>();
        services.AddSingleton<IClientAuthenticationMethod, ClientSecretPost>();
        services.AddSingleton<IClientAuthenticationMethod, PrivateKeyJwt>();
        services.AddSingleton<RemoteKeySets>();
        services.AddSingleton<ApiKeyUses>().AddHostedService(provider => provider.GetRequiredService<ApiKeyUses>());
        services.AddSingleton<ApiKeyAuthentication>();
        services.AddSingleton<ClientAuthenticator>();

        services.TryAddSingleton(new Passwords(options.Passwords.BcryptCost));
        if (options.Passwords.BreachedList is { } breached) new BreachedPasswords(breached).Check();
        services.AddSingleton(new PasswordRules(options.Passwords));
        services.AddSingleton<HashingQueue>();
        services.AddSingleton<Lockout>();
        services.AddSingleton<TriedNames>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<FlowCookie>();
        services.AddSingleton<PendingSignIns>();
        services.AddSingleton<SecondFactorPolicy>();
        services.AddSingleton<FactorThrottle>();
        services.AddSingleton<PendingRecoveries>();
        services.AddSingleton<SignInCompletion>();
        services.AddSingleton<SecondFactors>();
        services.AddSingleton<TotpSeeds>();
        services.AddSingleton<Authenticators>();
        services.AddSingleton<BackupCodes>();
        services.AddSingleton<AttestationVerifier>().AddHostedService(provider => provider.GetRequiredService<AttestationVerifier>());
        services.AddSingleton<PasskeyChallenges>();
        services.AddSingleton<PasskeyVerifier>();
        services.AddSingleton<Passkeys>();
        services.AddSingleton<Devices>();
        services.AddSingleton<RememberedAccount>();
        services.AddSingleton<Notices>();
        services.AddSingleton<SignIn>();

        services.AddSingleton<GrantTokens>();
        services.AddSingleton<RevocationList>();
        services.AddSingleton<TokenRevoker>().AddSingleton<ISessionEnd>(provider => provider.GetRequiredService<TokenRevoker>());
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<ApiKeyStore>();
        services.AddSingleton<LeakedKeys>();
        services.AddSingleton<ApiKeyExpiry>().AddHostedService(provider => provider.GetRequiredService<ApiKeyExpiry>());
        services.AddSingleton<IdToken>();
        services.AddSingleton<AccessTokenValidator>();
        services.AddSingleton<IntrospectionEndpoint>();
        services.AddSingleton<RevocationEndpoint>();
        services.AddSingleton<StatusLists>();
        services.AddSingleton<StatusListEndpoint>();
        services.AddSingleton<RevocationPages>();
        services.AddSingleton<RevocationFollowers>().AddSingleton<RevocationReaders>();
        services.AddSingleton<RevocationDelays>();
        services.AddSingleton<RevocationListEndpoint>();

        services.AddSingleton<IResponseMode, QueryResponseMode>(); // the first is the default
        services.AddSingleton<IResponseMode, FormPostResponseMode>();
        services.AddSingleton<AuthorizationRequestValidator>();
        services.AddSingleton<AuthorizationResponse>();
        services.AddSingleton<Interactions>();
        services.AddSingleton<AuthorizeEndpoint>();

        services.AddSingleton<UserInfoEndpoint>();
        services.AddSingleton<Logouts>();
        services.AddSingleton<EndSessionEndpoint>();
        services.AddSingleton<DiscoveryEndpoint>();
        services.AddSingleton<SharedSignalsEndpoint>();

        services.AddSingleton<Confirmation>();
        services.AddSingleton<Profile>();
        services.AddSingleton<OwnSessions>();
        services.AddSingleton<TrustedDevices>();
        services.AddSingleton<Connections>();
        services.AddSingleton<Activity>();
        services.AddSingleton<DataExport>();
        services.AddSingleton<Links>();
        services.AddSingleton<LinkMails>();
        services.AddSingleton<NewPassword>();
        services.AddSingleton<SecurityChanges>();
        services.AddSingleton<PasswordReset>();
        services.AddSingleton<ForgottenPassword>();
        if (options.Mail.Delivery != "Off") services.AddHostedService(provider => provider.GetRequiredService<ForgottenPassword>());
        services.AddSingleton<PasswordChange>();
        services.AddSingleton<Registration>();
        services.AddSingleton<Invitations>();
        services.AddSingleton<EmailVerification>();
        services.AddSingleton<EmailChange>();
        services.AddSingleton<FactorRecovery>();
        services.AddSingleton<Disavowal>();
        services.AddSingleton<Deletion>();
        services.AddSingleton<DeletionJob>().AddHostedService(provider => provider.GetRequiredService<DeletionJob>());
        services.AddSingleton<SecureAccount>();
        services.AddSingleton<SecurityOverview>();
        services.AddSingleton<FactorChanges>();
        services.AddSingleton<ApiTokens>();
        services.AddSingleton<ApiDoor>();
        services.AddSingleton<AccountRoutes>();
        services.AddSingleton<SessionRoutes>();
        services.AddSingleton<ConnectionRoutes>();
        services.AddSingleton<FactorRoutes>();
        services.AddSingleton<OwnApiKeys>();
        services.AddSingleton<SelfService.Api.ApiKeyRoutes>();
        services.AddSingleton<LeakReportEndpoint>();
        services.AddSingleton<PasskeyRoutes>();
        services.AddSingleton<SignInRoutes>();
        services.AddSingleton<AccountApi>();

        services.AddSingleton<IGrant, AuthorizationCodeGrant>();
        services.AddSingleton<IGrant, RefreshTokenGrant>();
        services.AddSingleton<IGrant, ClientCredentialsGrant>();
        services.AddSingleton<DPoPNonces>();
        services.AddSingleton<ProofOfPossession>();
        services.AddSingleton<PresentedTokens>();
        services.AddSingleton<TokenEndpoint>();
        return services;
    }

    /// <summary>What has to be done before the first request, in this order. Done again when the database was away; so each step can be repeated.</summary>
    /// <exception cref="ConfigurationException">The server must not start.</exception>
    public static async Task PreparePynomalyIdentityAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        await services.GetRequiredService<Migrator>().PrepareAsync(cancellationToken);
        await ApiKeyNames.CompleteAsync(services.GetRequiredService<Database>(), cancellationToken);
        await services.GetRequiredService<MasterKey>().PrepareAsync(cancellationToken);
        await services.GetRequiredService<KeyRing>().PrepareAsync(cancellationToken);
        await services.GetRequiredService<InitialData>().EnsureAsync(cancellationToken);
    }

    /// <summary>Maps the endpoints that programs call.</summary>
    public static IEndpointRouteBuilder MapPynomalyIdentity(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        services.GetRequiredService<RevocationList>(); // listens to the feed from the start on
        Map(endpoints, HttpMethods.Get, Paths.Keys, services.GetRequiredService<JsonWebKeySetEndpoint>().HandleAsync);
        Map(endpoints, HttpMethods.Post, Paths.Token, services.GetRequiredService<TokenEndpoint>().HandleAsync);
        Map(endpoints, HttpMethods.Post, Paths.Introspect, services.GetRequiredService<IntrospectionEndpoint>().HandleAsync);
        Map(endpoints, HttpMethods.Post, Paths.Revoke, services.GetRequiredService<RevocationEndpoint>().HandleAsync);
        Map(endpoints, HttpMethods.Get, Paths.StatusList, services.GetRequiredService<StatusListEndpoint>().HandleAsync);
        Map(endpoints, HttpMethods.Get, Paths.Revocations, services.GetRequiredService<RevocationListEndpoint>().HandleAsync);

        var authorize = services.GetRequiredService<AuthorizeEndpoint>();
        Map(endpoints, HttpMethods.Get, Paths.Authorize, authorize.HandleAsync);
        Map(endpoints, HttpMethods.Post, Paths.Authorize, authorize.HandleAsync);
        Map(endpoints, HttpMethods.Get, Paths.AuthorizeResume, authorize.ResumeAsync);
        Map(endpoints, HttpMethods.Get, Paths.FormPostScript, FormPostResponseMode.WriteScriptAsync);

        var userInfo = services.GetRequiredService<UserInfoEndpoint>();
        Map(endpoints, HttpMethods.Get, Paths.UserInfo, userInfo.HandleAsync);
        Map(endpoints, HttpMethods.Post, Paths.UserInfo, userInfo.HandleAsync);
        var logout = services.GetRequiredService<EndSessionEndpoint>();
        Map(endpoints, HttpMethods.Get, Paths.Logout, logout.HandleAsync);
        Map(endpoints, HttpMethods.Post, Paths.Logout, logout.HandleAsync);

        var discovery = services.GetRequiredService<DiscoveryEndpoint>();
        Map(endpoints, HttpMethods.Get, Paths.Configuration, discovery.HandleAsync);
        Map(endpoints, HttpMethods.Get, Paths.AuthorizationServer, discovery.HandleAsync);

        Map(endpoints, HttpMethods.Get, Paths.SharedSignals, services.GetRequiredService<SharedSignalsEndpoint>().HandleAsync);

        var options = services.GetRequiredService<ServerOptions>();
        Map(endpoints, HttpMethods.Get, Paths.RelatedOrigins, PasskeyDocuments.RelatedOrigins(options));
        Map(endpoints, HttpMethods.Get, Paths.PasskeyEndpoints, PasskeyDocuments.Endpoints(options));
        Map(endpoints, HttpMethods.Get, Paths.ChangePassword, PasskeyDocuments.ChangePasswordAsync);
        return endpoints;
    }

    private static void Map(IEndpointRouteBuilder endpoints, string method, string path, RequestDelegate handle) =>
        endpoints.MapMethods(path, [method], ProtocolDoor.Open(handle));
}
