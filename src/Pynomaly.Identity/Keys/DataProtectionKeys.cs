using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Pynomaly.Identity.Keys;

/// <summary>Sets Data Protection up: its key ring lies in keys/data-protection, each file encrypted under the master key. Nothing of it is built before its first use.</summary>
public static class DataProtectionKeys
{
    private const string ApplicationName = "Pynomaly.Identity";

    /// <summary>Registers the key ring.</summary>
    public static IServiceCollection AddDataProtectionKeys(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName(ApplicationName);
        services.TryAddSingleton<DataProtectionRepository>();
        services.TryAddSingleton<MasterKeyXmlEncryptor>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureNamedOptions<KeyManagementOptions>(Options.DefaultName, options =>
        {
            options.XmlRepository = provider.GetRequiredService<DataProtectionRepository>();
            options.XmlEncryptor = provider.GetRequiredService<MasterKeyXmlEncryptor>();
        }));
        return services;
    }

    /// <summary>Takes out the framework's hosted service that reads the ring at start: it costs start-up time for what may never be used. Call it last, since each AddRazorPages and the like puts it back.</summary>
    public static IServiceCollection WithoutDataProtectionAtStart(this IServiceCollection services)
    {
        var warmUp = services.Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Assembly == typeof(IXmlEncryptor).Assembly).ToArray();
        foreach (var service in warmUp) services.Remove(service);
        return services;
    }
}
