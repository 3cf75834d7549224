using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration.Review;

/// <summary>How gravely a client falls short, kept until it changes or its secrets age: a number for each severity, and a bit for each criterion.</summary>
internal sealed class PostureRank : IComparable<PostureRank>
{
    private readonly int[] _found = new int[Posture.Severities.Length];

    /// <summary>Scores the client.</summary>
    public PostureRank(ClientEntry entry, ServerOptions options, DateTimeOffset now)
    {
        (Entry, ClientId) = (entry, entry.Client.ClientId);
        var client = entry.Read();
        for (var i = 0; i < Criteria.All.Count; i++)
        {
            var criterion = Criteria.All[i];
            if (!criterion.Applies(client) || criterion.Holds(client, options, now)) continue;
            Missed |= (UInt128)1 << i;
            _found[Array.IndexOf(Posture.Severities, criterion.Severity)]++;
        }

        Until = client.Secrets.SelectMany(secret => new[] { secret.Created + Criteria.OldSecret, secret.Expires ?? DateTimeOffset.MaxValue }).Where(at => at > now).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
    }

    private PostureRank(int[] found, string clientId) => (_found, ClientId, Entry) = (found, clientId, null!);

    /// <summary>Which.</summary>
    public string ClientId { get; }

    /// <summary>As it was when it was scored.</summary>
    public ClientEntry Entry { get; }

    /// <summary>The criteria that it falls short of, by their places.</summary>
    public UInt128 Missed { get; }

    /// <summary>When its secrets become old, or end.</summary>
    public DateTimeOffset Until { get; }

    /// <summary>The gravest severity, as its place; one more than there are: nothing was found.</summary>
    public int Worst => Array.FindIndex(_found, count => count > 0) is var place and >= 0 ? place : _found.Length;

    /// <summary>What a cursor keeps of it.</summary>
    public List<string> Values => [.. _found.Select(count => count.ToString(System.Globalization.CultureInfo.InvariantCulture)), ClientId];

    /// <summary>The place that a cursor's values stand for.</summary>
    public static PostureRank At(IReadOnlyList<string> values) => new([.. values.SkipLast(1).Select(count => int.Parse(count, System.Globalization.CultureInfo.InvariantCulture))], values[^1]);

    /// <summary>Whether it has a finding of that severity.</summary>
    public bool Has(int severity) => _found[severity] > 0;

    /// <summary>The gravest first.</summary>
    public int CompareTo(PostureRank? other)
    {
        for (var i = 0; i < _found.Length; i++)
            if (other!._found[i].CompareTo(_found[i]) is var order and not 0) return order;
        return string.CompareOrdinal(ClientId, other!.ClientId);
    }
}
