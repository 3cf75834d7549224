using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration.Review;

/// <summary>One thing that a profile asks of clients.</summary>
internal sealed record Criterion(string Id, string Severity, string Title, string Why, string Fix, params string[] Profiles)
{
    /// <summary>Whether it is asked of this client.</summary>
    public Func<Application, bool> Applies { get; init; } = _ => true;

    /// <summary>Whether the client meets it.</summary>
    public required Func<Application, ServerOptions, DateTimeOffset, bool> Holds { get; init; }

    /// <summary>What is said when it does not.</summary>
    public PostureFinding Finding => new(Id, Severity, Title, Why, Fix, Profiles);
}
