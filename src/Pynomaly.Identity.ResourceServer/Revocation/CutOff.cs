namespace Pynomaly.Identity.ResourceServer.Revocation;

/// <summary>All tokens of one client, or of one signing key, that were issued before a moment are ended.</summary>
internal readonly record struct CutOff(bool IsOfKey, string Subject, long IssuedBefore, long Expires);
