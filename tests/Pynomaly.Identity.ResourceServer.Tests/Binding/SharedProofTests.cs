using System.Net;
using System.Net.Http.Headers;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pynomaly.Identity.ResourceServer.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Binding;

/// <summary>An API of several processes accepts a DPoP proof once, where they share what was used. RFC 9449 §11.1; the case JV-10.</summary>
public sealed class SharedProofTests : IDisposable
{
    private readonly PaperIssuer _issuer = new();
    private readonly ProofKey _key;

    public SharedProofTests() => _key = new ProofKey(_issuer);

    public void Dispose() => _issuer.Dispose();

    [Fact]
    public async Task JV_10_A_proof_is_accepted_once_of_fifty_times_at_two_processes()
    {
        using var table = new ProofTable();
        await using var one = await StartAsync(table);
        await using var other = await StartAsync(table);

        for (var round = 0; round < 5; round++)
        {
            var token = _key.Token();
            var proof = _key.Prove(token);
            var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => AskAsync(number % 2 == 0 ? one : other, token, proof)));
            Assert.Single(answers, HttpStatusCode.OK);
            Assert.Equal(49, answers.Count(status => status == HttpStatusCode.Unauthorized));
        }
    }

    [Fact]
    public async Task Without_it_each_process_accepts_a_proof_once()
    {
        await using var one = await TestApi.StartAsync(_issuer);
        await using var other = await TestApi.StartAsync(_issuer);
        var token = _key.Token();
        var proof = _key.Prove(token);

        Assert.Equal(HttpStatusCode.OK, await AskAsync(one, token, proof));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(other, token, proof));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(other, token, proof));
    }

    [Fact]
    public async Task A_distributed_cache_keeps_a_proof_as_long_as_it_could_be_presented()
    {
        var cache = new SharedCache();
        await using var one = await StartAsync(new DistributedUsedProofs(cache));
        await using var other = await StartAsync(new DistributedUsedProofs(cache));
        var token = _key.Token();
        var proof = _key.Prove(token);

        Assert.Equal(HttpStatusCode.OK, await AskAsync(one, token, proof));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(other, token, proof));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(other, token, _key.Prove(token)));

        Assert.Equal(2, cache.Lifetimes.Count);
        Assert.All(cache.Lifetimes, entry => Assert.Equal(TimeSpan.FromSeconds(80), entry.Value)); // 60, and 10 for clocks at both ends
        Assert.All(cache.Lifetimes, entry => Assert.Equal(58, entry.Key.Length));
    }

    [Fact]
    public async Task Two_APIs_that_share_it_do_not_take_each_others_proofs()
    {
        using var table = new ProofTable();
        await using var one = await StartAsync(table);
        await using var other = await StartAsync(table, options => options.Resource = "https://api.test:8443");
        var token = _key.Token();
        void SameId(Dictionary<string, object> claims) => claims["jti"] = "the-same";

        Assert.Equal(HttpStatusCode.OK, await AskAsync(one, token, _key.Prove(token, change: SameId)));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(other, token, _key.Prove(token, change: claims =>
        {
            SameId(claims);
            claims["htu"] = "https://api.test:8443/detectors";
        })));
    }

    [Fact]
    public async Task Where_it_cannot_be_asked_nobody_is_let_in_and_a_bearer_token_does_not_need_it()
    {
        using var table = new ProofTable();
        await using var api = await StartAsync(table);
        table.IsBroken = true;
        var token = _key.Token();

        for (var attempt = 0; attempt < 20; attempt++) Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(api, token, _key.Prove(token)));
        using var bearer = await api.GetAsync("/detectors", _issuer.Sign());
        Assert.Equal(HttpStatusCode.OK, bearer.StatusCode);
        Assert.Single(api.Logs.Lines, line => line.Contains("cannot be asked", StringComparison.Ordinal));

        table.IsBroken = false;
        Assert.Equal(HttpStatusCode.OK, await AskAsync(api, token, _key.Prove(token)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_does_not_answer_is_cancelled_and_nobody_is_let_in(bool heeds)
    {
        var hanging = new HangingProofs(heeds);
        await using var api = await StartAsync(hanging);
        var token = _key.Token();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(api, token, _key.Prove(token)));

        Assert.True(hanging.IsCancelled);
        Assert.Single(api.Logs.Lines, line => line.Contains("cannot be asked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cache_of_one_process_stops_the_start()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => TestApi.StartAsync(_issuer, more: builder =>
        {
            builder.Services.AddDistributedMemoryCache();
            builder.Services.AddSingleton<IUsedProofs, DistributedUsedProofs>();
        }));

        Assert.Contains("Register a cache that all processes of this API use", failure.Message, StringComparison.Ordinal);
    }

    private Task<TestApi> StartAsync(IUsedProofs shared, Action<PynomalyIdentityOptions>? configure = null) =>
        TestApi.StartAsync(_issuer, configure, builder => builder.Services.AddSingleton(shared));

    private static async Task<HttpStatusCode> AskAsync(TestApi api, string token, string proof)
    {
        using var answer = await api.AskAsync(HttpMethod.Get, "/detectors", request =>
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("DPoP", token);
            request.Headers.Add("DPoP", proof);
        });
        return answer.StatusCode;
    }

    /// <summary>As an application with a database would write it: a row each, and the key decides.</summary>
    private sealed class ProofTable : IUsedProofs, IDisposable
    {
        private readonly string _name = $"Data Source=proofs-{Guid.NewGuid():N};Mode=Memory;Cache=Shared;Default Timeout=20";
        private readonly SqliteConnection _held;

        public ProofTable()
        {
            _held = new SqliteConnection(_name);
            _held.Open();
            using var command = _held.CreateCommand();
            command.CommandText = "CREATE TABLE used_proofs (proof TEXT PRIMARY KEY, ends INTEGER NOT NULL)";
            command.ExecuteNonQuery();
        }

        public bool IsBroken { get; set; }

        public async ValueTask<bool> TryAddAsync(string proof, TimeSpan lifetime, CancellationToken cancellationToken)
        {
            if (IsBroken) throw new IOException("the database is out of reach");
            await using var connection = new SqliteConnection(_name);
            await connection.OpenAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO used_proofs (proof, ends) VALUES ($1, $2) ON CONFLICT DO NOTHING";
            command.Parameters.AddWithValue("$1", proof);
            command.Parameters.AddWithValue("$2", lifetime.TotalSeconds);
            return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
        }

        public void Dispose() => _held.Dispose();
    }

    /// <summary>A store that never answers, and ends by its token or not even so.</summary>
    private sealed class HangingProofs(bool heeds) : IUsedProofs
    {
        private readonly TaskCompletionSource<bool> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _isCancelled;

        public bool IsCancelled => _isCancelled;

        public async ValueTask<bool> TryAddAsync(string proof, TimeSpan lifetime, CancellationToken cancellationToken)
        {
            using var heard = cancellationToken.Register(() =>
            {
                _isCancelled = true;
                if (heeds) _answer.TrySetCanceled(cancellationToken);
            });
            return await _answer.Task;
        }
    }

    /// <summary>A cache that stands outside of both processes.</summary>
    private sealed class SharedCache : IDistributedCache
    {
        private readonly MemoryDistributedCache _inner = new(Options.Create(new MemoryDistributedCacheOptions()));

        public Dictionary<string, TimeSpan?> Lifetimes { get; } = [];

        public byte[]? Get(string key) => _inner.Get(key);

        public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => _inner.GetAsync(key, token);

        public void Refresh(string key) => _inner.Refresh(key);

        public Task RefreshAsync(string key, CancellationToken token = default) => _inner.RefreshAsync(key, token);

        public void Remove(string key) => _inner.Remove(key);

        public Task RemoveAsync(string key, CancellationToken token = default) => _inner.RemoveAsync(key, token);

        public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => _inner.Set(key, value, options);

        public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
        {
            Lifetimes[key] = options.AbsoluteExpirationRelativeToNow;
            return _inner.SetAsync(key, value, options, token);
        }
    }
}
