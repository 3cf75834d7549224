namespace Pynomaly.Identity.Protocol;

/// <summary>A setting, a file or a database that the server must not start with. The message names it and says what to do.</summary>
public sealed class ConfigurationException(string message) : Exception(message)
{
    /// <summary>The place in a configuration file that it is about, for example "roles[0].permissions"; null: none.</summary>
    public string? Place { get; init; }

    /// <summary>Its line there.</summary>
    public int? Line { get; init; }
}
