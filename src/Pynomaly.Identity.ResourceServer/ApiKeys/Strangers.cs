using Pynomaly.Identity.Abuse;

namespace Pynomaly.Identity.ResourceServer.ApiKeys;

/// <summary>Who may ask about API keys that were never seen to hold: made-up ones cost the identity server a question each, and it counts refusals against this API's address.</summary>
internal sealed class Strangers(TimeProvider time)
{
    /// <summary>Questions of one caller that are open at once.</summary>
    public const int OpenOfOne = 16;

    /// <summary>Refusals in a minute, in all and of one caller. The identity server takes 30 of an address, and then refuses right keys too.</summary>
    public const int Refusals = 20, RefusalsOfOne = 8;

    private const int Open = 64;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<AddressKey, int> _open = [];
    private readonly Dictionary<AddressKey, int> _refused = [];
    private DateTimeOffset _turned = time.GetUtcNow();
    private int _allOpen, _allRefused;

    /// <summary>Lets a question wait; false: this caller, or all of them, have enough.</summary>
    public bool TryEnter(AddressKey caller)
    {
        lock (_lock)
        {
            if (_allOpen >= Open || _open.GetValueOrDefault(caller) >= OpenOfOne || !MayAskNow(caller)) return false;
            _open[caller] = _open.GetValueOrDefault(caller) + 1;
            _allOpen++;
            return true;
        }
    }

    /// <summary>Whether the question may still be asked now that it is its turn: others were refused meanwhile.</summary>
    public bool MayAsk(AddressKey caller)
    {
        lock (_lock) return MayAskNow(caller);
    }

    /// <summary>Counts a key that did not hold.</summary>
    public void Refused(AddressKey caller)
    {
        lock (_lock)
        {
            _refused[caller] = _refused.GetValueOrDefault(caller) + 1;
            _allRefused++;
        }
    }

    /// <summary>The question is over.</summary>
    public void Leave(AddressKey caller)
    {
        lock (_lock)
        {
            _allOpen--;
            if (_open[caller] == 1) _open.Remove(caller);
            else _open[caller]--;
        }
    }

    private bool MayAskNow(AddressKey caller)
    {
        var now = time.GetUtcNow();
        if (now - _turned >= Minute || now < _turned)
        {
            _refused.Clear();
            (_turned, _allRefused) = (now, 0);
        }

        return _allRefused < Refusals && _refused.GetValueOrDefault(caller) < RefusalsOfOne;
    }
}
