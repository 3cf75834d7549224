using System.Collections.Concurrent;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Keys;

/// <summary>The rows of the key ring as they were read, and what follows from them at any time.</summary>
internal sealed class KeyRingSnapshot(IReadOnlyList<SigningKey> keys, IReadOnlyDictionary<string, SigningCredential> signers, ServerOptions options)
{
    private readonly ConcurrentDictionary<string, SigningCredential?> _verifiers = new(StringComparer.Ordinal);
    private volatile KeyRingView? _view;

    /// <summary>The rows.</summary>
    public IReadOnlyList<SigningKey> Keys => keys;

    /// <summary>The private keys that could be opened, by kid.</summary>
    public IReadOnlyDictionary<string, SigningCredential> Signers => signers;

    /// <summary>The longest that any token of ours lives, however a client is set up, and the difference of clocks.</summary>
    private TimeSpan Overlap => TimeSpan.FromTicks(Math.Max(TimeSpan.FromHours(1).Ticks, Math.Max(options.Lifetimes.IdToken.Ticks, options.Lifetimes.AccessToken.Ticks))) + options.Lifetimes.ClockSkew;

    /// <summary>What is true at the time.</summary>
    public KeyRingView At(DateTimeOffset now)
    {
        var view = _view;
        if (view is not null && now >= view.From && now < view.Until) return view;
        return _view = Build(now);
    }

    /// <summary>The key to verify with, whatever its age, unless it was revoked.</summary>
    public SigningCredential? FindFormer(string kid)
    {
        if (signers.TryGetValue(kid, out var signer)) return signer;
        return keys.FirstOrDefault(k => k.Id == kid) is { Revoked: null } key ? Verifier(key) : null;
    }

    private SigningCredential? Verifier(SigningKey key) =>
        _verifiers.GetOrAdd(key.Id, static (_, k) => KeyAlgorithm.Find(k.Algorithm)?.LoadPublic(k.Id, k.PublicJwk), key);

    private KeyRingView Build(DateTimeOffset now)
    {
        var moments = new List<DateTimeOffset>();
        var states = new List<SigningKeyStatus>();
        var active = new Dictionary<string, SigningCredential>(StringComparer.Ordinal);
        foreach (var sameAlgorithm in keys.GroupBy(key => key.Algorithm, StringComparer.Ordinal))
        {
            var signing = SigningKeys.Active(sameAlgorithm.Where(key => signers.ContainsKey(key.Id)), sameAlgorithm.Key, now);
            if (signing is not null) active[sameAlgorithm.Key] = signers[signing.Id];
            foreach (var key in sameAlgorithm)
            {
                var gone = GoneAt(key, sameAlgorithm);
                var state = key.Revoked is not null ? "revoked" : key == signing ? "active" : key.Activates > now ? "pending" : gone > now || gone is null ? "retired" : "gone";
                states.Add(new SigningKeyStatus(key.Id, key.Algorithm, state, key.Created, key.Activates, gone, key.Revoked));
                moments.Add(key.Activates);
                if (gone is { } end) moments.Add(end);
            }
        }

        var published = states.Where(state => state.IsPublished).Select(state => keys.First(key => key.Id == state.Kid)).ToList();
        var (set, tag) = KeyRingView.Serialize(published.Where(key => KeyAlgorithm.Find(key.Algorithm) is not null).Select(key => key.PublicJwk));
        return new KeyRingView
        {
            From = moments.Where(moment => moment <= now).DefaultIfEmpty(DateTimeOffset.MinValue).Max(),
            Until = moments.Where(moment => moment > now).DefaultIfEmpty(DateTimeOffset.MaxValue).Min(),
            Keys = states,
            Active = active,
            Published = published.Select(key => FindFormer(key.Id)).OfType<SigningCredential>().ToDictionary(key => key.Kid, StringComparer.Ordinal),
            Algorithms = options.SigningAlgorithms.Where(active.ContainsKey).ToArray(),
            JwkSet = set,
            EntityTag = tag,
        };
    }

    // Retired until the last token that it signed has expired, that is: so long after its successor took over. One that was revoked before it began succeeded nobody.
    private DateTimeOffset? GoneAt(SigningKey key, IEnumerable<SigningKey> sameAlgorithm)
    {
        if (key.Revoked is { } revoked) return revoked;
        var successor = sameAlgorithm.SkipWhile(other => other != key).Skip(1).FirstOrDefault(other => other.Revoked is null || other.Revoked > other.Activates);
        if (successor is not null) return successor.Activates + Overlap;
        return options.SigningAlgorithms.Contains(key.Algorithm) ? null : key.Activates + options.Lifetimes.SigningKey + Overlap; // no longer configured: it is not succeeded
    }
}
