using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Hosting;

/// <summary>Between "stop" and the end of listening: /health/ready says 503 already, requests are still served, so that a balancer can turn elsewhere first.</summary>
internal sealed class Draining(ServerOptions options) : IHostedLifecycleService
{
    public Task StoppingAsync(CancellationToken cancellationToken) => options.ShutdownDelay > TimeSpan.Zero ? Task.Delay(options.ShutdownDelay, cancellationToken) : Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
