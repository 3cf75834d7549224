using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Pynomaly.Identity.ResourceServer;

/// <summary>Reads <c>Authentication:Schemes:NAME</c>, where ASP.NET Core keeps a scheme's settings; what the code says wins.</summary>
internal sealed class OptionsFromSettings(IAuthenticationConfigurationProvider provider) : IConfigureNamedOptions<PynomalyIdentityOptions>
{
    public void Configure(string? name, PynomalyIdentityOptions options)
    {
        if (!string.IsNullOrEmpty(name)) provider.GetSchemeConfiguration(name).Bind(options);
    }

    public void Configure(PynomalyIdentityOptions options) => Configure(Options.DefaultName, options);
}
