using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Server.Tests.Pages;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Hosting;

/// <summary>The server on a real Kestrel and a database of its own, spoken to over sockets so that a test can send what no client would.</summary>
public class RunningServer : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("pynomaly-host-").FullName;
    private WebApplication? _app;

    /// <summary>The services.</summary>
    public IServiceProvider Services => _app!.Services;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = new("http://localhost");

    /// <summary>The SQLite file.</summary>
    public string DatabaseFile => Path.Combine(_directory, "identity.db");

    /// <summary>Settings beyond the usual.</summary>
    protected virtual IEnumerable<KeyValuePair<string, string?>> Settings => [];

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _app = ServerHost.Build([], builder =>
        {
            builder.Configuration.Sources.Clear();
            builder.Configuration.AddInMemoryCollection(
            [
                new("Urls", "http://127.0.0.1:0"),
                new("Identity:Issuer", "http://localhost:5080"),
                new("ConnectionStrings:Identity", $"Data Source={DatabaseFile}"),
                new("Identity:KeysDirectory", Path.Combine(_directory, "keys")),
            ]);
            KeyValuePair<string, string?>[] settings = [.. Settings];
            builder.Configuration.AddInMemoryCollection(settings);
            if (settings.Any(setting => setting.Key.StartsWith("Identity:Limits:", StringComparison.Ordinal)))
            {
                var clock = new MovableClock();
                clock.HoldStamps(); // limits count a minute, and a slow test would see it pass
                builder.Services.AddSingleton<TimeProvider>(clock);
            }

            builder.Services.AddSingleton<IStartupFilter, WhenFresh>();
            builder.Logging.ClearProviders();
        });
        await ServerHost.PrepareAsync(_app);
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _app!.StopAsync();
        await _app.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Sends a request line and headers as they are, and answers everything that comes back. Host and Connection are added unless they are given.</summary>
    public async Task<string> SendAsync(string requestLine, string headers = "", string body = "", CancellationToken cancellationToken = default)
    {
        if (!headers.StartsWith("Host:", StringComparison.Ordinal)) headers = $"Host: {Address.Authority}\r\n{headers}";
        if (body.Length > 0 && !headers.Contains("Content-Length:", StringComparison.Ordinal)) headers += $"Content-Length: {body.Length}\r\n";
        using var client = new TcpClient();
        await client.ConnectAsync(Address.Host, Address.Port, cancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes($"{requestLine} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n{body}"), cancellationToken);
        return await ReadAsync(stream, cancellationToken);
    }

    // Who answers before he has read everything resets the connection behind his answer: what came until then is the answer.
    private static async Task<string> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        using var all = new MemoryStream();
        try
        {
            await stream.CopyToAsync(all, cancellationToken);
        }
        catch (IOException reset) when (all.Length > 0 && reset.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            // That is all.
        }

        return Encoding.Latin1.GetString(all.ToArray());
    }

    /// <summary>The number in the status line.</summary>
    public static int StatusOf(string answer) => int.Parse(answer.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture);
}
