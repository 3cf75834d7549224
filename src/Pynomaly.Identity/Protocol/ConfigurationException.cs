namespace Pynomaly.Identity.Protocol;

/// <summary>A setting, a file or a database that the server must not start with. The message names it and says what to do.</summary>
public sealed class ConfigurationException(string message) : Exception(message);
