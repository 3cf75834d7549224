namespace Pynomaly.Identity.Model;

/// <summary>A Token Status List: a bit for each token that was given a place on it. It goes when all of them have expired.</summary>
public sealed class StatusList
{
    /// <summary>The number, part of its address.</summary>
    public long Number { get; init; }

    /// <summary>When it was begun.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Until when tokens are given places on it.</summary>
    public DateTimeOffset Closes { get; init; }

    /// <summary>When the last of its tokens has expired.</summary>
    public DateTimeOffset Expires { get; init; }
}
