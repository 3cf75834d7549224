using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration;

/// <summary>Every setting of this server with its value and where that comes from. Read at the start; a change of a file counts after the next one.</summary>
public sealed class SettingsInForce(ServerOptions options, IConfiguration configuration)
{
    /// <summary>What is shown in a secret's stead.</summary>
    public const string Masked = "********";

    private const string Connection = "ConnectionStrings:Identity";
    private static readonly string[] SecretWords = ["Password", "Secret"];

    /// <summary>All of them, by name.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public IReadOnlyList<Setting> List(Operator who)
    {
        who.Require(ManagementPermissions.ViewSystem);
        var settings = options.Defaults.Select(one => Find($"Identity:{one.Key}", one.Value)).Append(Find(Connection, options.ConnectionString));
        return [.. settings.OrderBy(setting => setting.Key, StringComparer.OrdinalIgnoreCase)];
    }

    private Setting Find(string key, string? fallback)
    {
        var section = configuration.GetSection(key);
        var children = section.GetChildren().Select(child => child.Value).OfType<string>().ToList();
        var given = children.Count > 0 ? string.Join(", ", children) : string.IsNullOrWhiteSpace(section.Value) ? null : section.Value.Trim();
        var (source, file) = given is null ? ("default", null) : SourceOf(children.Count > 0 ? section.GetChildren().First().Path : key);
        var (value, hidden) = Shown(key, given ?? fallback);
        return new Setting(key, value, source, file, hidden);
    }

    // The last provider that knows it wins, as in the configuration itself.
    private (string Source, string? File) SourceOf(string key)
    {
        var provider = (configuration as IConfigurationRoot)?.Providers.Reverse().FirstOrDefault(one => one.TryGet(key, out _));
        return provider switch
        {
            FileConfigurationProvider file => ("file", Path.GetFileName(file.Source.Path)),
            EnvironmentVariablesConfigurationProvider => ("environment", null),
            CommandLineConfigurationProvider => ("command line", null),
            _ => ("program", null),
        };
    }

    private static (string? Value, bool IsSecret) Shown(string key, string? value)
    {
        if (value is null) return (null, false);
        if (key == Connection) return (ConnectionStringOf(value), value.Contains('=', StringComparison.Ordinal) && ConnectionStringOf(value) != value);
        // Where a secret lies is no secret.
        if (SecretWords.Any(word => key[(key.LastIndexOf(':') + 1)..].EndsWith(word, StringComparison.OrdinalIgnoreCase)))
            return value.StartsWith("env:", StringComparison.Ordinal) || value.StartsWith("file:", StringComparison.Ordinal) ? (value, false) : (Masked, true);
        return Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0 ? (value.Replace(uri.UserInfo, Masked, StringComparison.Ordinal), true) : (value, false);
    }

    // Only what is known to be no secret is shown: drivers have many words for a password.
    private static string ConnectionStringOf(string text)
    {
        string[] shown = ["data source", "datasource", "filename", "host", "server", "port", "database", "username", "user id", "ssl mode", "maximum pool size", "minimum pool size", "mode", "cache"];
        var parts = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('=', 2))
            .Select(pair => pair.Length == 2 && shown.Contains(pair[0].Trim(), StringComparer.OrdinalIgnoreCase) && !pair[1].Contains('"', StringComparison.Ordinal) && !pair[1].Contains('\'', StringComparison.Ordinal) ? $"{pair[0]}={pair[1]}" : $"{pair[0]}={Masked}");
        return text.Contains('"', StringComparison.Ordinal) || text.Contains('\'', StringComparison.Ordinal) ? Masked : string.Join(';', parts);
    }
}
