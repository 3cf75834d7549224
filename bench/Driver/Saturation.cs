namespace Pynomaly.Identity.Bench.Driver;

/// <summary>What is left of client_credentials while sign-ins keep every hash worker busy, and how many sign-ins pass.</summary>
internal sealed record Saturation(double Unloaded, double Loaded, double SignInsPerSecond, double SignInsAlonePerSecond, long Refused)
{
    private const int People = 8;
    private const int Connections = 16;

    public double Kept => Loaded / Unloaded;

    public static async Task<Saturation> RunAsync(OurTarget target, Options options)
    {
        var seconds = Math.Max(2, options.Seconds);
        var unloaded = new List<double>();
        var loaded = new List<double>();
        var signIns = new List<double>();
        var alone = new List<double>();
        long refused = 0;
        for (var round = 0; round < Math.Min(3, options.Rounds); round++)
        {
            unloaded.Add((await LoadAsync(target, seconds)).PerSecond);
            using (var crowd = new Crowd(target))
            {
                await crowd.EnterAsync();
                alone.Add(await crowd.RateAsync(() => Task.Delay(TimeSpan.FromSeconds(seconds))));
                signIns.Add(await crowd.RateAsync(async () => loaded.Add((await LoadAsync(target, seconds)).PerSecond)));
                refused += await crowd.LeaveAsync();
            }
        }

        return new Saturation(Measurement.Median(unloaded), Measurement.Median(loaded), Measurement.Median(signIns), Measurement.Median(alone), refused);
    }

    private static async Task<Round> LoadAsync(OurTarget target, double seconds) =>
        await Load.RunAsync(target.Server, (await target.ScriptAsync("cc-basic", Connections))!, Connections, seconds);

    /// <summary>People who sign in as fast as they are let.</summary>
    private sealed class Crowd(OurTarget target) : IDisposable
    {
        private readonly CancellationTokenSource _leaving = new();
        private Task _all = Task.CompletedTask;
        private long _done;
        private long _refused;

        public async Task EnterAsync()
        {
            _all = Task.WhenAll(Enumerable.Range(0, People).Select(_ => Task.Run(SignInAgainAndAgainAsync)));
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        public async Task<double> RateAsync(Func<Task> meanwhile)
        {
            var before = Interlocked.Read(ref _done);
            var begin = TimeProvider.System.GetTimestamp();
            await meanwhile();
            return (Interlocked.Read(ref _done) - before) / TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
        }

        public async Task<long> LeaveAsync()
        {
            await _leaving.CancelAsync();
            await _all;
            return Interlocked.Read(ref _refused);
        }

        public void Dispose() => _leaving.Dispose();

        private async Task SignInAgainAndAgainAsync()
        {
            using var browser = new Browser(target.Address);
            while (!_leaving.IsCancellationRequested)
            {
                if (await browser.SignInAsync("bench-web", "offline_access pynomaly_api")) Interlocked.Increment(ref _done);
                else Interlocked.Increment(ref _refused);
            }
        }
    }
}
