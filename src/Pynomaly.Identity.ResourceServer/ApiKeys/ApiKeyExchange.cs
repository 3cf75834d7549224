using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.ResourceServer.Tokens;

namespace Pynomaly.Identity.ResourceServer.ApiKeys;

/// <summary>Exchanges API keys for access tokens by client credentials (RFC 6749 §4.4), where the key is the client's secret and names itself, and remembers the tokens.</summary>
/// <remarks>
/// By the SHA-256 of the key; the key is kept nowhere. The token is judged like any other at each request, so a key that is revoked ends with the cut-off of its client_id. A key
/// that did not hold is refused for a while without asking again, each time for longer. Keys that were seen to hold are remembered apart and asked about in a lane of their own, so that
/// made-up ones neither drive them out nor delay them, nor spend what the identity server takes from this address (<see cref="Strangers"/>). A server that takes no more is left alone
/// for as long as it says (<see cref="Pause"/>).
/// </remarks>
internal sealed class ApiKeyExchange(PynomalyIdentityOptions options, HttpClient http, IssuerKeys keys, TokenValidator validator, TimeProvider time, ILogger logger) : IDisposable
{
    private const int Most = 4096, Questions = 8, QuestionsOfStrangers = 4, MostDoublings = 3;
    private static readonly TimeSpan RefusedFor = TimeSpan.FromSeconds(30), Timeout = TimeSpan.FromSeconds(10);
    private readonly Fingerprints<Good> _good = new(Most);
    private readonly Fingerprints<Refused> _refused = new(Most);
    private readonly Strangers _strangers = new(time);
    private readonly Pause _pause = new(time);
    private readonly Dictionary<Fingerprint, Task<Verdict>> _open = [];
    private readonly SemaphoreSlim _questions = new(Questions), _questionsOfStrangers = new(QuestionsOfStrangers);

    /// <summary>The token that the key stands for.</summary>
    public async ValueTask<Verdict> ValidateAsync(string key, IPAddress? caller, CancellationToken cancellationToken)
    {
        if (!IsWellFormed(key)) return Refusal.ApiKey;
        var fingerprint = Fingerprints<Good>.Of(key);
        if (Remembered(fingerprint) is { } known) return known;
        var isKnown = _good.Find(fingerprint) is not null;
        return await Share(fingerprint, isKnown ? () => AskOfKnownAsync(key, fingerprint, AddressKey.Of(caller)) : () => AskOfStrangerAsync(key, fingerprint, AddressKey.Of(caller))).WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _questions.Dispose();
        _questionsOfStrangers.Dispose();
    }

    private Verdict? Remembered(Fingerprint fingerprint)
    {
        var now = time.GetUtcNow();
        if (_good.Find(fingerprint) is { } good && good.Until > now && validator.Judge(good.Token) is null) return good.Token;
        if (_refused.Find(fingerprint) is { } refused && refused.Until > now) return Refusal.ApiKey;
        return null;
    }

    // One question for each key at a time; who comes while it is open shares the answer, and who looked before it was answered and comes after it looks again.
    private Task<Verdict> Share(Fingerprint fingerprint, Func<Task<Verdict>> ask)
    {
        lock (_open)
        {
            if (_open.TryGetValue(fingerprint, out var open)) return open;
            if (Remembered(fingerprint) is { } known) return Task.FromResult(known);
            var asked = Task.Run(() => EndAsync(fingerprint, ask));
            _open[fingerprint] = asked;
            return asked;
        }
    }

    private async Task<Verdict> EndAsync(Fingerprint fingerprint, Func<Task<Verdict>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or JsonException or InvalidOperationException or KeyNotFoundException or FormatException or NotSupportedException or IOException)
        {
            logger.LogNotExchanged(failure.Message);
            return Refusal.ServerIsBusy;
        }
        finally
        {
            lock (_open) _open.Remove(fingerprint);
        }
    }

    private async Task<Verdict> AskOfStrangerAsync(string key, Fingerprint fingerprint, AddressKey caller)
    {
        if (!_strangers.TryEnter(caller)) return Refusal.ServerIsBusy;
        var (isAsked, isRefused) = (false, false);
        try
        {
            var verdict = await AskAsync(key, fingerprint, _questionsOfStrangers, () => isAsked = _pause.MayAsk(isKnown: false) && _strangers.TryAsk(caller));
            isRefused = IsRefused(verdict);
            return verdict;
        }
        finally
        {
            _strangers.Leave(caller, isAsked, isRefused);
        }
    }

    private async Task<Verdict> AskOfKnownAsync(string key, Fingerprint fingerprint, AddressKey caller)
    {
        var verdict = await AskAsync(key, fingerprint, _questions, () => _pause.MayAsk(isKnown: true));
        if (verdict.Holds) _pause.Lift();
        else if (IsRefused(verdict)) _strangers.Refused(caller);
        return verdict;
    }

    private async Task<Verdict> AskAsync(string key, Fingerprint fingerprint, SemaphoreSlim questions, Func<bool> mayAsk)
    {
        if (!await questions.WaitAsync(Timeout)) return Refusal.ServerIsBusy;
        try
        {
            return mayAsk() ? await ExchangeAsync(key, fingerprint) : Refusal.ServerIsBusy;
        }
        finally
        {
            questions.Release();
        }
    }

    private static bool IsRefused(Verdict verdict) => verdict.Refusal == Refusal.ApiKey || verdict.Refusal == Refusal.Audience;

    private async Task<Verdict> ExchangeAsync(string key, Fingerprint fingerprint)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_secret"] = key };
        if (options.ApiKeyScope is { } scope) form["scope"] = scope;
        using var end = new CancellationTokenSource(Timeout, time);
        using var content = new FormUrlEncodedContent(form);
        using var response = await http.PostAsync(new Uri(keys.Metadata?.TokenEndpoint ?? $"{options.Issuer.TrimEnd('/')}/connect/token"), content, end.Token);
        if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized)
        {
            Refuse(fingerprint); // RFC 6749 §5.2: it was judged
            return Refusal.ApiKey;
        }

        // It judged nothing, and says when it will (seconds only: a date would be one of its clock).
        if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable) _pause.Begin(response.Headers.RetryAfter?.Delta);
        response.EnsureSuccessStatusCode();
        using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(end.Token));
        var verdict = await validator.ValidateAsync(answer.RootElement.GetProperty("access_token").GetString() ?? throw new JsonException("its answer holds no access token"), end.Token);
        if (verdict.Token is { IsBound: true }) verdict = Refusal.ApiKey; // a token that needs a proof, which a key cannot give
        if (verdict.Holds)
        {
            _good.Set(fingerprint, new Good(verdict.Token, DateTimeOffset.FromUnixTimeSeconds(verdict.Token.Expires) - options.ClockSkew));
            _refused.Remove(fingerprint);
            return verdict;
        }

        // A key that grants nothing of this API gets a token for another audience: to this API it does not hold.
        if (verdict.Refusal == Refusal.Audience || verdict.Refusal == Refusal.ApiKey)
        {
            Refuse(fingerprint);
            return verdict;
        }

        // Keys that cannot be read, a kid that is not known yet, a clock that is behind: this passes, and says nothing of the key.
        logger.LogNotExchanged(verdict.Refusal.Description);
        return Refusal.ServerIsBusy;
    }

    // It counts as a stranger's from now on.
    private void Refuse(Fingerprint fingerprint)
    {
        var times = _refused.Find(fingerprint)?.Times ?? 0;
        _refused.Set(fingerprint, new Refused(time.GetUtcNow() + RefusedFor * (1 << Math.Min(times, MostDoublings)), times + 1));
        _good.Remove(fingerprint);
    }

    // "pyn_", 16 characters, "_", 49 characters, all letters and digits: what has another form is not asked about.
    private static bool IsWellFormed(string key)
    {
        if (key.Length != 70 || !key.StartsWith("pyn_", StringComparison.Ordinal) || key[20] != '_') return false;
        foreach (var c in key.AsSpan(4))
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
        return true;
    }

    private sealed record Good(AccessToken Token, DateTimeOffset Until);

    private sealed record Refused(DateTimeOffset Until, int Times);
}
