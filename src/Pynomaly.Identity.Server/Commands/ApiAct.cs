using System.CommandLine;
using System.Text.Json.Nodes;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>A command's way over the administration API: which operation it is, where the members of its body come from, and how its answer is shown.</summary>
/// <param name="Command">The command's words.</param>
/// <param name="Method">The operation's method.</param>
/// <param name="Path">Its path; what stands in braces is an argument of the command.</param>
internal sealed record ApiAct(string Command, string Method, string Path)
{
    /// <summary>Members of the body: "name=ROLE" is an argument, "--x" an option, "'x'" the text itself; "+" behind it: an empty list where nothing is given; ":seconds" behind it: a duration.</summary>
    public string? Body { get; init; }

    /// <summary>What is more about the body.</summary>
    public Action<ParseResult, JsonObject>? Fill { get; init; }

    /// <summary>Columns of a list, "shown=member" where the names differ, "a|b" for the first that is there.</summary>
    public string? Columns { get; init; }

    /// <summary>Where the list stands in the answer; "a/b": in the b of each a.</summary>
    public string Items { get; init; } = "items";

    /// <summary>What is said of an empty list.</summary>
    public string? Empty { get; init; }

    /// <summary>True: JSON shows the items as they are.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Which items are shown.</summary>
    public Func<ParseResult, JsonObject, bool>? Keep { get; init; }

    /// <summary>True: the answer is one thing, shown member by member.</summary>
    public bool Shows { get; init; }

    /// <summary>The sentence when it is done: {0} is the first argument, {name} a member of the answer.</summary>
    public string? Done { get; init; }

    /// <summary>What was made, by a member of the answer or else the first argument; with a secret.</summary>
    public string Made { get; init; } = "id";

    /// <summary>The member of the answer that is shown this once.</summary>
    public string? Secret { get; init; }

    /// <summary>What is said before it.</summary>
    public string SecretSays { get; init; } = "The secret, shown this once";

    /// <summary>Options that this server's own database alone can follow.</summary>
    public string Here { get; init; } = "";

    /// <summary>Does the whole of it, where it is more than one call.</summary>
    public Func<IAdminConnection, ParseResult, CancellationToken, Task<int>>? Run { get; init; }

    /// <summary>Further operations that it calls, as "METHOD path".</summary>
    public IReadOnlyList<string> Also { get; init; } = [];
}
