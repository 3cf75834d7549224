using System.Text.Json.Nodes;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>The differences between what a configuration asks for and what the database holds, each with who may remove it and the statements that do.</summary>
internal sealed class ChangeSet
{
    private readonly List<Entry> _entries = [];

    /// <summary>Who may make a change; throws for anybody else.</summary>
    public delegate ValueTask Guard(Operator who, SqlSession session, CancellationToken cancellationToken);

    /// <summary>All of them, and what stands already.</summary>
    public IReadOnlyList<Change> Changes => [.. _entries.Select(entry => entry.Change)];

    /// <summary>What the configuration asks for, as it stands afterwards; people are not among it.</summary>
    public IEnumerable<(string Kind, string Name, JsonObject View)> Wanted => _entries.Where(entry => entry.View is not null).Select(entry => (entry.Change.Kind, entry.Change.Name, entry.View!));

    /// <summary>Compares one thing; null is none. What stands as asked is kept as unchanged.</summary>
    public void Add(string kind, string name, JsonObject? before, JsonObject? after, Guard guard, Func<SqlSession, CancellationToken, ValueTask> write)
    {
        var members = MemberChange.Between(before, after);
        var verb = before is null ? "create" : after is null ? "delete" : members.Count == 0 ? "unchanged" : "update";
        _entries.Add(new(new Change(verb, kind, name, members), after, guard, write));
    }

    /// <summary>A person who is added, of whom nothing is told but the name.</summary>
    public void AddPerson(string name, Guard guard, Func<SqlSession, CancellationToken, ValueTask> write) => _entries.Add(new(new Change("create", "user", name, []), null, guard, write));

    /// <summary>A person who is there.</summary>
    public void KeepPerson(string name) => _entries.Add(new(new Change("unchanged", "user", name, []), null, null, null));

    /// <summary>Goes on only for who may make every one of the changes.</summary>
    /// <exception cref="AdministrationException">Forbidden, or not confirmed.</exception>
    public async ValueTask RequireAllowedAsync(Operator who, SqlSession session, CancellationToken cancellationToken)
    {
        foreach (var entry in _entries)
            if (entry.Change.IsChange && entry.Guard is not null) await entry.Guard(who, session, cancellationToken);
    }

    /// <summary>Makes them.</summary>
    public async ValueTask WriteAsync(SqlSession session, CancellationToken cancellationToken)
    {
        foreach (var entry in _entries)
            if (entry.Change.IsChange && entry.Write is not null) await entry.Write(session, cancellationToken);
    }

    private sealed record Entry(Change Change, JsonObject? View, Guard? Guard, Func<SqlSession, CancellationToken, ValueTask>? Write);
}
