using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Pynomaly.Identity.Protocol;

/// <summary>The one meter and the one activity source of the server.</summary>
public static class Telemetry
{
    /// <summary>Their name.</summary>
    public const string Name = "Pynomaly.Identity";

    /// <summary>The meter.</summary>
    public static readonly Meter Meter = new(Name);

    /// <summary>The activity source.</summary>
    public static readonly ActivitySource Activities = new(Name);

    /// <summary>Token answers, by grant_type.</summary>
    public static readonly Counter<long> TokensIssued = Meter.CreateCounter<long>("pynomaly.identity.tokens.issued", "{answer}", "Answers of the token endpoint that carried tokens");

    /// <summary>Refusals, by error.</summary>
    public static readonly Counter<long> Refusals = Meter.CreateCounter<long>("pynomaly.identity.refusals", "{answer}", "Requests refused by the protocol, by error code");

    /// <summary>Followers that wait for the revocation list.</summary>
    public static readonly UpDownCounter<long> RevocationFollowers = Meter.CreateUpDownCounter<long>("pynomaly.identity.revocations.followers", "{follower}", "Followers that wait for the revocation list");

    /// <summary>From the revocation, on any node, until this one had said so, by path: list, introspection, status_list or push.</summary>
    public static readonly Histogram<double> RevocationDelay = Meter.CreateHistogram<double>("pynomaly.identity.revocations.delay", "s", "Time from a revocation until this node had said so, by path");

    /// <summary>From a security event to its receiver's yes.</summary>
    public static readonly Histogram<double> EventDelay = Meter.CreateHistogram<double>("pynomaly.identity.events.delay", "s", "Time from a security event to its receiver's acknowledgement");

    /// <summary>Mails that left the outbox, by outcome: sent, refused (for good, by the server) or expired.</summary>
    public static readonly Counter<long> Mails = Meter.CreateCounter<long>("pynomaly.identity.mails", "{mail}", "Mails that left the outbox, by outcome");
}
