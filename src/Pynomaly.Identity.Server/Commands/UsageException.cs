namespace Pynomaly.Identity.Server.Commands;

/// <summary>The command line is not understood; the message says what of it.</summary>
internal sealed class UsageException(string message) : Exception(message);
