namespace Pynomaly.Identity.Administration;

/// <summary>What came of a message that was sent to try a webhook.</summary>
/// <param name="IsDelivered">True: the receiver took it.</param>
/// <param name="Reason">Why not.</param>
public sealed record WebhookTest(bool IsDelivered, string? Reason);
