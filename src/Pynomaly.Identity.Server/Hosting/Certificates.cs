using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Hosting;

/// <summary>The certificate files that Kestrel's settings name: a missing or damaged one stops the start by its name, an expired one or one about to expire is an alarm each day.</summary>
/// <remarks>Kestrel itself takes up a replaced file within seconds; what stands here only looks.</remarks>
internal sealed class Certificates(IConfiguration configuration, TimeProvider time, ILogger<Certificates> logger) : BackgroundService
{
    private static readonly TimeSpan Warning = TimeSpan.FromDays(14);

    /// <summary>Opens each of them.</summary>
    /// <exception cref="ConfigurationException">A file is missing, unreadable, or its key is another certificate's.</exception>
    public static void Check(IConfiguration configuration)
    {
        foreach (var section in Sections(configuration)) Open(section).Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var sections = Sections(configuration).ToArray();
        if (sections.Length == 0) return;
        using var timer = new PeriodicTimer(TimeSpan.FromDays(1), time);
        do
        {
            foreach (var section in sections) Look(section);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Look(IConfigurationSection section)
    {
        try
        {
            using var certificate = Open(section);
            var now = time.GetUtcNow();
            if (certificate.NotAfter.ToUniversalTime() <= now || certificate.NotBefore.ToUniversalTime() > now)
                Log.CertificateNotValid(logger, section["Path"]!, certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
            else if (certificate.NotAfter.ToUniversalTime() <= now + Warning) Log.CertificateExpires(logger, section["Path"]!, certificate.NotAfter.ToUniversalTime());
        }
        catch (ConfigurationException e)
        {
            Log.CertificateUnreadable(logger, e.Message); // the server goes on with the one it has
        }
    }

    private static IEnumerable<IConfigurationSection> Sections(IConfiguration configuration) =>
        configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint.GetSection("Certificate"))
            .Append(configuration.GetSection("Kestrel:Certificates:Default")).Where(section => section["Path"] is { Length: > 0 });

    private static X509Certificate2 Open(IConfigurationSection section)
    {
        var (path, key, password) = (section["Path"]!, section["KeyPath"], section["Password"]);
        foreach (var file in new[] { path, key })
            if (file is not null && !File.Exists(file)) throw new ConfigurationException($"{section.Path} names {file}, which does not exist. Put the file there, or write the path of the one that is meant.");
        try
        {
            return key is null ? X509CertificateLoader.LoadPkcs12FromFile(path, password)
                : string.IsNullOrEmpty(password) ? X509Certificate2.CreateFromPemFile(path, key)
                : X509Certificate2.CreateFromEncryptedPemFile(path, password, key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or UnauthorizedAccessException or IOException)
        {
            // ArgumentException: the key is another certificate's. The password is not repeated.
            throw new ConfigurationException($"{section.Path}: {path}{(key is null ? "" : $" with {key}")} is not a certificate with its private key that this server can read. Check that the two belong together, and the password and the owner.");
        }
    }
}
