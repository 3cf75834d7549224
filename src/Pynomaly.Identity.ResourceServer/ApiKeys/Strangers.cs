using Pynomaly.Identity.Abuse;

namespace Pynomaly.Identity.ResourceServer.ApiKeys;

/// <summary>Who may ask about API keys that were never seen to hold: made-up ones cost the identity server a question each, and it counts refusals against this API's address.</summary>
/// <remarks>
/// Of this process: it has seen no key to hold when it starts. So a part of everything is kept for callers that have nothing yet, and had no refusal in the last hour. Who sends made-up keys takes one of that part once an
/// hour with each address, so it takes four new addresses a minute to keep right keys out. Who was refused stays remembered for that hour; as there are few refusals, these are few.
/// </remarks>
internal sealed class Strangers(TimeProvider time)
{
    /// <summary>Questions of one caller that wait at once.</summary>
    public const int OpenOfOne = 16;

    /// <summary>Refusals in a minute, in all and of one caller. The identity server takes 30 of an address in any minute, which may hold parts of two of ours, and then refuses right keys too.</summary>
    public const int Refusals = 10, RefusalsOfOne = 5;

    /// <summary>How many of the refusals are for callers that had none in the last hour.</summary>
    public const int RefusalsKept = 4;

    private const int Open = 64, OpenKept = 16;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1), Hour = TimeSpan.FromHours(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<AddressKey, Caller> _callers = [];
    private DateTimeOffset _turned = time.GetUtcNow();
    private int _open, _asked, _refused;

    /// <summary>Lets a question wait; false: this caller, or all of them, have enough.</summary>
    public bool TryEnter(AddressKey caller)
    {
        lock (_lock)
        {
            Turn();
            var one = _callers.GetValueOrDefault(caller);
            var most = one is null or { IsNew: true, Open: 0 } ? Open : Open - OpenKept;
            if (_open >= most || one?.Open >= OpenOfOne || !HasLeft(one)) return false;
            if (one is null) _callers[caller] = one = new Caller();
            one.Open++;
            _open++;
            return true;
        }
    }

    /// <summary>Whether the question that waited may be asked now. Until it has left it counts like a refusal, which it may become.</summary>
    public bool TryAsk(AddressKey caller)
    {
        lock (_lock)
        {
            Turn();
            var one = _callers[caller];
            if (!HasLeft(one)) return false;
            one.Asked++;
            _asked++;
            return true;
        }
    }

    /// <summary>The question is over: whether it was asked, and the key did not hold.</summary>
    public void Leave(AddressKey caller, bool wasAsked, bool isRefused)
    {
        lock (_lock)
        {
            Turn();
            var one = _callers[caller];
            one.Open--;
            _open--;
            if (wasAsked)
            {
                one.Asked--;
                _asked--;
            }

            if (isRefused) Count(one);
            if (one is { Open: 0, IsNew: true }) _callers.Remove(caller);
        }
    }

    /// <summary>Counts a key that was seen to hold, and does so no more: the server counts it too.</summary>
    public void Refused(AddressKey caller)
    {
        lock (_lock)
        {
            Turn();
            if (!_callers.TryGetValue(caller, out var one)) _callers[caller] = one = new Caller();
            Count(one);
        }
    }

    private bool HasLeft(Caller? one)
    {
        var most = one is null or { IsNew: true, Asked: 0 } ? Refusals : Refusals - RefusalsKept;
        return _refused + _asked < most && (one is null || one.Refused + one.Asked < RefusalsOfOne);
    }

    private void Count(Caller one)
    {
        one.Refused++;
        one.LastRefused = time.GetUtcNow();
        _refused++;
    }

    private void Turn()
    {
        var now = time.GetUtcNow();
        if (now - _turned < Minute && now >= _turned) return;
        (_turned, _refused) = (now, 0);
        foreach (var (caller, one) in _callers)
        {
            one.Refused = 0;
            if (now - one.LastRefused >= Hour || now < one.LastRefused) one.LastRefused = null;
            if (one is { Open: 0, IsNew: true }) _callers.Remove(caller);
        }
    }

    private sealed class Caller
    {
        public int Open { get; set; }

        public int Asked { get; set; }

        /// <summary>In this minute.</summary>
        public int Refused { get; set; }

        /// <summary>Within the hour.</summary>
        public DateTimeOffset? LastRefused { get; set; }

        public bool IsNew => LastRefused is null;
    }
}
