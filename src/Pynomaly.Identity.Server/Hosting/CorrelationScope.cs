using System.Collections;

namespace Pynomaly.Identity.Server.Hosting;

/// <summary>The log scope of a request: its correlation id and path, on every line that is written meanwhile. The query is left out: it may hold a code or a hint.</summary>
internal sealed class CorrelationScope(HttpContext context) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 2;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("CorrelationId", context.TraceIdentifier),
        1 => new("Path", context.Request.Path.Value),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return this[0];
        yield return this[1];
    }

    public override string ToString() => $"correlation {context.TraceIdentifier}";

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
