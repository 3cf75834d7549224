using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pynomaly.Identity.ResourceServer.Ending;
using Pynomaly.Identity.ResourceServer.Observability;
using Pynomaly.Identity.ResourceServer.Requirements;

namespace Pynomaly.Identity.ResourceServer;

/// <summary>Makes an ASP.NET Core application a resource API of Pynomaly.Identity.</summary>
public static class PynomalyIdentityExtensions
{
    /// <summary>Authenticates callers by access tokens, under the scheme "PynomalyIdentity". Settings may also stand under <c>Authentication:Schemes:PynomalyIdentity</c>.</summary>
    public static AuthenticationBuilder AddPynomalyIdentity(this AuthenticationBuilder authentication, Action<PynomalyIdentityOptions>? configure = null) =>
        authentication.AddPynomalyIdentity(PynomalyIdentityDefaults.AuthenticationScheme, configure);

    /// <summary>The same under another name, for an API that trusts more than one issuer.</summary>
    public static AuthenticationBuilder AddPynomalyIdentity(this AuthenticationBuilder authentication, string scheme, Action<PynomalyIdentityOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(authentication);
        ArgumentException.ThrowIfNullOrEmpty(scheme);
        var services = authentication.Services;
        services.AddAuthorization();
        RequirementPolicies.AddTo(services);
        services.AddHttpContextAccessor();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<TrustedIssuers>();
        services.TryAddSingleton<Metrics>();
        services.TryAddSingleton<RequestEnding>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<HubOptions>, HubEnding>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAuthorizationHandler, RequirementHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PynomalyIdentityOptions>, OptionsCheck>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<PynomalyIdentityOptions>, OptionsFromSettings>());
        services.AddSingleton(new SchemeName(scheme));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<TrustedIssuers>().Get(scheme).Follower);
        services.AddOptions<PynomalyIdentityOptions>(scheme).ValidateOnStart();
        return authentication.AddScheme<PynomalyIdentityOptions, PynomalyIdentityHandler>(scheme, configure);
    }
}
