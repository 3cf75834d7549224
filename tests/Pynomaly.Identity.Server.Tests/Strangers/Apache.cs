using Pynomaly.Identity.Server.Tests.Harness;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary>Debian's Apache with mod_auth_openidc in a directory of its own: no service of the machine, and without rights even where the tests run as root.</summary>
internal static class Apache
{
    private const string Program = "/usr/sbin/apache2", Modules = "/usr/lib/apache2/modules";

    public static string? WhyMissing => File.Exists(Program) && File.Exists($"{Modules}/mod_auth_openidc.so") ? null : "libapache2-mod-auth-openidc is not installed";

    /// <summary>Starts it with one of the samples' configurations, which shows the pages of this directory.</summary>
    public static Task<ChildProcess> StartAsync(string configuration, DirectoryInfo home, Uri address, Uri ready, Dictionary<string, string> settings)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException();
        // Whoever Apache becomes writes its log here, and may not be able to read the checkout.
        File.SetUnixFileMode(home.FullName, (UnixFileMode)0b111_111_111);
        File.Copy(Checkout.File($"samples/strangers/apache/{configuration}"), Path.Combine(home.FullName, configuration));
        string[] modules = ["mpm_event", "authn_core", "authz_core", "authz_user", "auth_openidc", "headers", "dir", "mime", "include", "filter"];
        File.WriteAllText(Path.Combine(home.FullName, "httpd.conf"), $$"""
            ServerName {{address.Host}}
            Listen 127.0.0.1:{{address.Port}}
            PidFile httpd.pid
            DefaultRuntimeDir {{home.FullName}}
            ErrorLog error.log
            {{string.Join('\n', modules.Select(name => $"LoadModule {name}_module {Modules}/mod_{name}.so"))}}
            TypesConfig /dev/null
            AddType text/html .shtml
            AddOutputFilter INCLUDES .shtml
            DirectoryIndex index.shtml
            DocumentRoot {{home.FullName}}/www
            <Files detectors>
              SetOutputFilter INCLUDES
            </Files>
            <Directory {{home.FullName}}/www>
              Options +Includes
            </Directory>
            # A starved machine is slow, not wrong.
            OIDCHTTPTimeoutLong 110
            OIDCHTTPTimeoutShort 110
            Include {{configuration}}

            """);
        foreach (string file in Directory.EnumerateFiles(home.FullName)) File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);

        string[] command = [Program, "-DFOREGROUND", "-d", home.FullName, "-f", "httpd.conf"];
        if (Environment.IsPrivilegedProcess) command = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", .. command];
        return ChildProcess.StartOtherAsync(command[0], home.FullName, ready, settings, command[1..]);
    }

    public static string Log(DirectoryInfo home) => File.Exists(Path.Combine(home.FullName, "error.log")) ? File.ReadAllText(Path.Combine(home.FullName, "error.log")) : "";
}
