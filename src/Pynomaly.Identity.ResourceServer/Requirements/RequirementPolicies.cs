using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Pynomaly.Identity.ResourceServer.Requirements;

/// <summary>Knows the policies that the attributes of this package name, and leaves all others to the application's own provider.</summary>
/// <remarks>
/// The authorization middleware reads requirements from an attribute itself; on a method of a SignalR hub, and wherever else AuthorizationPolicy.CombineAsync is asked, the policy's name
/// is all that is read. Where this provider is missing the name is unknown, which throws: nobody is let in.
/// </remarks>
internal sealed class RequirementPolicies(IAuthorizationPolicyProvider inner) : IAuthorizationPolicyProvider
{
    private const string Permission = "pynomaly:permission ", Acr = "pynomaly:acr ", Fresh = "pynomaly:fresh ", EndWithToken = "pynomaly:end_with_token";

    public bool AllowsCachingPolicies => inner.AllowsCachingPolicies;

    /// <summary>The policy's name for a requirement of this package. No part of it holds a space.</summary>
    public static string NameOf(IAuthorizationRequirement requirement) => requirement switch
    {
        PermissionRequirement asked => Permission + string.Join(' ', asked.Permissions),
        AcrRequirement asked => Acr + string.Join(' ', asked.Values),
        FreshAuthenticationRequirement asked => Fresh + ((long)asked.MaxAge.TotalSeconds).ToString(CultureInfo.InvariantCulture),
        EndWithTokenRequirement => EndWithToken,
        _ => throw new ArgumentException("Not a requirement of this package", nameof(requirement)),
    };

    /// <summary>Puts itself around the provider that is registered; once, however many schemes there are.</summary>
    public static void AddTo(IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(RequirementPolicies))) return;
        var inner = services.Last(service => service.ServiceType == typeof(IAuthorizationPolicyProvider) && !service.IsKeyedService);
        services.Add(new ServiceDescriptor(typeof(RequirementPolicies), provider => new RequirementPolicies(Make(inner, provider)), inner.Lifetime));
        services.Add(new ServiceDescriptor(typeof(IAuthorizationPolicyProvider), provider => provider.GetRequiredService<RequirementPolicies>(), inner.Lifetime));
    }

    public Task<AuthorizationPolicy> GetDefaultPolicyAsync() => inner.GetDefaultPolicyAsync();

    public Task<AuthorizationPolicy?> GetFallbackPolicyAsync() => inner.GetFallbackPolicyAsync();

    public async Task<AuthorizationPolicy?> GetPolicyAsync(string policyName)
    {
        if (Read(policyName) is not { } requirement) return await inner.GetPolicyAsync(policyName);
        // A policy that is named takes the place of the default one, which the attribute asks for too.
        return new AuthorizationPolicyBuilder().Combine(await inner.GetDefaultPolicyAsync()).RequireAuthenticatedUser().AddRequirements(requirement).Build();
    }

    private static IAuthorizationRequirement? Read(string name)
    {
        if (name.StartsWith(Permission, StringComparison.Ordinal)) return PermissionRequirement.Of(name[Permission.Length..].Split(' '));
        if (name.StartsWith(Acr, StringComparison.Ordinal)) return new AcrRequirement(name[Acr.Length..].Split(' '));
        if (name.StartsWith(Fresh, StringComparison.Ordinal) && int.TryParse(name.AsSpan(Fresh.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return new FreshAuthenticationRequirement(TimeSpan.FromSeconds(seconds));
        return name == EndWithToken ? EndWithTokenRequirement.Instance : null;
    }

    private static IAuthorizationPolicyProvider Make(ServiceDescriptor service, IServiceProvider provider) => (IAuthorizationPolicyProvider)(
        service.ImplementationInstance ?? service.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, service.ImplementationType!));
}
