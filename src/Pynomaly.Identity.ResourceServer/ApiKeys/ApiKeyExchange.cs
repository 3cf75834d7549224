using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.ResourceServer.Tokens;

namespace Pynomaly.Identity.ResourceServer.ApiKeys;

/// <summary>Exchanges API keys for access tokens by client credentials (RFC 6749 §4.4), where the key is the client's secret and names itself, and remembers the tokens.</summary>
/// <remarks>
/// By the SHA-256 of the key; the key is kept nowhere. The token is judged like any other at each request, so a key that is revoked ends with the cut-off of its client_id. A key
/// that did not hold is refused for a while without asking again; so many questions are open at most, so that made-up keys are no way to flood the identity server.
/// </remarks>
internal sealed class ApiKeyExchange(PynomalyIdentityOptions options, HttpClient http, IssuerKeys keys, TokenValidator validator, TimeProvider time, ILogger logger) : IDisposable
{
    private const int Most = 4096, MostQuestions = 8, MostWaiting = 128;
    private static readonly TimeSpan RefusedFor = TimeSpan.FromSeconds(30), Timeout = TimeSpan.FromSeconds(10);
    private readonly Fingerprints<Known> _known = new(Most);
    private readonly Dictionary<Fingerprint, Task<Verdict>> _open = [];
    private readonly SemaphoreSlim _questions = new(MostQuestions);
    private int _waiting;

    /// <summary>The token that the key stands for.</summary>
    public async ValueTask<Verdict> ValidateAsync(string key, CancellationToken cancellationToken)
    {
        if (!IsWellFormed(key)) return Refusal.ApiKey;
        var fingerprint = Fingerprints<Known>.Of(key);
        if (_known.Find(fingerprint) is { } known)
        {
            var now = time.GetUtcNow();
            if (known.Token is null && known.Until > now) return Refusal.ApiKey;
            if (known.Token is { } token && known.Until > now && validator.Judge(token) is null) return token;
        }

        return await Share(key, fingerprint).WaitAsync(cancellationToken);
    }

    public void Dispose() => _questions.Dispose();

    // One question for each key at a time; who comes while it is open shares the answer.
    private Task<Verdict> Share(string key, Fingerprint fingerprint)
    {
        lock (_open)
        {
            if (_open.TryGetValue(fingerprint, out var open)) return open;
            var asked = Task.Run(() => AskAsync(key, fingerprint));
            _open[fingerprint] = asked;
            return asked;
        }
    }

    private async Task<Verdict> AskAsync(string key, Fingerprint fingerprint)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > MostWaiting) return Refusal.ServerIsBusy;
            if (!await _questions.WaitAsync(Timeout)) return Refusal.ServerIsBusy;
            try
            {
                return await ExchangeAsync(key, fingerprint);
            }
            finally
            {
                _questions.Release();
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or JsonException or InvalidOperationException or KeyNotFoundException or FormatException or NotSupportedException or IOException)
        {
            logger.LogNotExchanged(failure.Message);
            return Refusal.ServerIsBusy;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
            lock (_open) _open.Remove(fingerprint);
        }
    }

    private async Task<Verdict> ExchangeAsync(string key, Fingerprint fingerprint)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_secret"] = key };
        if (options.ApiKeyScope is { } scope) form["scope"] = scope;
        using var end = new CancellationTokenSource(Timeout, time);
        using var content = new FormUrlEncodedContent(form);
        using var response = await http.PostAsync(new Uri(keys.Metadata?.TokenEndpoint ?? $"{options.Issuer.TrimEnd('/')}/connect/token"), content, end.Token);
        if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized)
        {
            _known.Set(fingerprint, new Known(null, time.GetUtcNow() + RefusedFor)); // RFC 6749 §5.2: it was judged
            return Refusal.ApiKey;
        }

        response.EnsureSuccessStatusCode();
        using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(end.Token));
        var verdict = await validator.ValidateAsync(answer.RootElement.GetProperty("access_token").GetString() ?? throw new JsonException("its answer holds no access token"), end.Token);
        if (verdict.Token is { IsBound: true }) verdict = Refusal.ApiKey; // a token that needs a proof, which a key cannot give
        if (verdict.Holds)
        {
            _known.Set(fingerprint, new Known(verdict.Token, DateTimeOffset.FromUnixTimeSeconds(verdict.Token.Expires) - options.ClockSkew));
            return verdict;
        }

        // A key that grants nothing of this API gets a token for another audience: to this API it does not hold.
        if (verdict.Refusal == Refusal.Audience || verdict.Refusal == Refusal.ApiKey)
        {
            _known.Set(fingerprint, new Known(null, time.GetUtcNow() + RefusedFor));
            return verdict;
        }

        // Keys that cannot be read, a kid that is not known yet, a clock that is behind: this passes, and says nothing of the key.
        logger.LogNotExchanged(verdict.Refusal.Description);
        return Refusal.ServerIsBusy;
    }

    // "pyn_", 16 characters, "_", 49 characters, all letters and digits: what has another form is not asked about.
    private static bool IsWellFormed(string key)
    {
        if (key.Length != 70 || !key.StartsWith("pyn_", StringComparison.Ordinal) || key[20] != '_') return false;
        foreach (var c in key.AsSpan(4))
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
        return true;
    }

    private sealed record Known(AccessToken? Token, DateTimeOffset Until);
}
