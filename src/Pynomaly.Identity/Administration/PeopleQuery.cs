namespace Pynomaly.Identity.Administration;

/// <summary>Which people a list shows, and in which order. What is null filters nothing.</summary>
public sealed record PeopleQuery
{
    /// <summary>The orders there are.</summary>
    public static IReadOnlyList<string> Orders { get; } = ["name", "-name", "created", "-created", "last_sign_in", "-last_sign_in"];

    /// <summary>The beginning of a user name or an e-mail address, or a whole id. What is found is in the order of the names.</summary>
    public string? Search { get; init; }

    /// <summary>The name of a role that they have.</summary>
    public string? Role { get; init; }

    /// <summary>Whether they are disabled.</summary>
    public bool? IsDisabled { get; init; }

    /// <summary>Whether they have a second factor.</summary>
    public bool? HasSecondFactor { get; init; }

    /// <summary>Whether they are locked after wrong passwords.</summary>
    public bool? IsLocked { get; init; }

    /// <summary>Whether they are to be deleted.</summary>
    public bool? IsToBeDeleted { get; init; }

    /// <summary>One of <see cref="Orders"/>; "-" in front: from the end. Null: by name; where only a role is asked for, in the order of ids, which is the quickest whatever the number.</summary>
    public string? Order { get; init; }
}
