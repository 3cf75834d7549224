using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>The differences between what a configuration asks for and what the database holds, each with the statements that remove it.</summary>
internal sealed class ChangeSet
{
    private readonly List<(Change Change, Func<SqlSession, CancellationToken, ValueTask>? Write)> _changes = [];

    public IReadOnlyList<Change> Changes => [.. _changes.Select(entry => entry.Change)];

    public void Create(string kind, string name, Func<SqlSession, CancellationToken, ValueTask> write) => _changes.Add((new Change("create", kind, name, []), write));

    public void Update(string kind, string name, IReadOnlyList<string> what, Func<SqlSession, CancellationToken, ValueTask> write)
    {
        if (what.Count == 0) Unchanged(kind, name);
        else _changes.Add((new Change("update", kind, name, what), write));
    }

    public void Unchanged(string kind, string name) => _changes.Add((new Change("unchanged", kind, name, []), null));

    public async ValueTask WriteAsync(SqlSession session, CancellationToken cancellationToken)
    {
        foreach (var (_, write) in _changes)
            if (write is not null) await write(session, cancellationToken);
    }
}
