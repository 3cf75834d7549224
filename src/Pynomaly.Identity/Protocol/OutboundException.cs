namespace Pynomaly.Identity.Protocol;

/// <summary>A fetch that was refused, or that failed. The message is for the log; it never reaches the caller of an endpoint.</summary>
public sealed class OutboundException(string message) : Exception(message);
