using System.Text;

namespace Pynomaly.Identity.Administration;

/// <summary>Clients in one order. What is searched for is looked for in one text of all their identifiers and names, at the speed of memory.</summary>
internal sealed class ClientList
{
    private readonly ClientSummary[] _clients;
    private readonly IComparer<ClientSummary> _order;
    private readonly Lazy<(string Text, int[] Ends)> _text;

    /// <summary>Puts them in order.</summary>
    public ClientList(IEnumerable<ClientSummary> clients, IComparer<ClientSummary> order)
    {
        (_clients, _order) = ([.. clients.Order(order)], order);
        _text = new(Write);
    }

    /// <summary>Those after a place, or all; with the text in the identifier or the name, whatever its case.</summary>
    public IEnumerable<ClientSummary> After(ClientSummary? place, string? search)
    {
        var begin = place is null ? 0 : Array.BinarySearch(_clients, place, _order) is var at and >= 0 ? at + 1 : ~Array.BinarySearch(_clients, place, _order);
        return string.IsNullOrEmpty(search) ? _clients.Skip(begin) : search.Contains('\n', StringComparison.Ordinal) ? [] : Find(begin, search);
    }

    private IEnumerable<ClientSummary> Find(int begin, string search)
    {
        var (text, ends) = _text.Value;
        while (begin < _clients.Length)
        {
            var at = text.IndexOf(search, begin == 0 ? 0 : ends[begin - 1], StringComparison.OrdinalIgnoreCase);
            if (at < 0) yield break;
            var found = Array.BinarySearch(ends, at) is var end and >= 0 ? end + 1 : ~Array.BinarySearch(ends, at); // the end of one is the beginning of the next
            yield return _clients[found];
            begin = found + 1;
        }
    }

    private (string Text, int[] Ends) Write()
    {
        var text = new StringBuilder();
        var ends = new int[_clients.Length];
        for (var i = 0; i < ends.Length; i++)
        {
            text.Append(_clients[i].ClientId).Append('\n').Append(_clients[i].Name).Append('\n');
            ends[i] = text.Length;
        }

        return (text.ToString(), ends);
    }
}
