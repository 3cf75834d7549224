using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Samples.DetectorsApi;

/// <summary>Follows the identity server's <c>/connect/revocations</c>, so that a revoked token is refused without asking for each request.</summary>
/// <remarks>Asks twice a second for what is new since its cursor; after a failure it reads the whole list again.</remarks>
internal sealed class RevocationFeed(IConfiguration configuration, TimeProvider time, ILogger<RevocationFeed> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500), MaxAge = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<string, long> _revoked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<CutOff, byte> _cutOffs = new();
    private string? _cursor;
    private EntityTagHeaderValue? _tag;
    private bool _failing;
    private long _heard;

    /// <summary>False until the list was read, and when it was not heard of for too long: then nobody can say whether a token still stands.</summary>
    public bool IsFresh => Interlocked.Read(ref _heard) is var heard && heard != 0 && time.GetElapsedTime(heard) < MaxAge;

    public bool IsRevoked(JsonWebToken token)
    {
        if (_revoked.ContainsKey(token.Id)) return true;
        if (_cutOffs.IsEmpty) return false;
        token.TryGetPayloadValue("client_id", out string? clientId);
        token.TryGetPayloadValue("iat", out long issuedAt);
        return _cutOffs.Keys.Any(cutOff => cutOff.Covers(clientId, token.Kid, issuedAt));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri(configuration["Authority"]!), Timeout = TimeSpan.FromSeconds(5) };
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await ReadAsync(http, stoppingToken);
                _failing = false;
                Forget(time.GetUtcNow().AddMinutes(-1).ToUnixTimeSeconds());
            }
            catch (Exception failure) when (failure is HttpRequestException or JsonException or TaskCanceledException && !stoppingToken.IsCancellationRequested)
            {
                if (!_failing) log.LogWarning("The revocation list cannot be read, tokens are refused if that lasts: {Reason}", failure.Message);
                (_cursor, _tag, _failing) = (null, null, true);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ReadAsync(HttpClient http, CancellationToken cancellationToken)
    {
        long asked = time.GetTimestamp(); // the answer is as old as the question
        string address = _cursor is null ? "connect/revocations" : $"connect/revocations?since={Uri.EscapeDataString(_cursor)}";
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (_tag is not null) request.Headers.IfNoneMatch.Add(_tag);

        using var response = await http.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.NotModified)
        {
            response.EnsureSuccessStatusCode();
            var page = await response.Content.ReadFromJsonAsync<RevocationPage>(RevocationPage.Json, cancellationToken)
                ?? throw new JsonException("The answer is null");
            foreach (var entry in page.Revoked) _revoked[entry.Jti] = entry.Exp;
            foreach (var cutOff in page.CutOffs) _cutOffs[cutOff] = 0;

            // RFC 9110 §8.8.3: a tag belongs to one address, so it serves only while the cursor, and with it the address, stays.
            _tag = page.Cursor == _cursor ? response.Headers.ETag : null;
            _cursor = page.Cursor;
            if (page.More)
            {
                await ReadAsync(http, cancellationToken);
                return;
            }
        }

        Interlocked.Exchange(ref _heard, asked);
    }

    private void Forget(long expiredBefore)
    {
        foreach (var (jti, _) in _revoked.Where(entry => entry.Value < expiredBefore)) _revoked.TryRemove(jti, out _);
        foreach (var cutOff in _cutOffs.Keys.Where(entry => entry.Exp < expiredBefore)) _cutOffs.TryRemove(cutOff, out _);
    }
}
