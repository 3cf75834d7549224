using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>A receiver of webhooks on loopback: keeps what comes, answers what it is told to, and checks signatures as the Standard Webhooks specification says.</summary>
public sealed class HookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Message> _messages = new();
    private readonly string _path = $"/hook/{RandomNumberGenerator.GetHexString(16)}"; // a port is soon somebody else's, and old servers go on telling the one who had it

    private HookReceiver(WebApplication app) => _app = app;

    /// <summary>The answer to each message, by its number from 0 on; 200 when nothing is said.</summary>
    public Func<int, int> Answer { get; set; } = _ => 200;

    /// <summary>Where it listens.</summary>
    public string Url => _app.Urls.Single() + _path;

    /// <summary>What came, in order.</summary>
    public IReadOnlyList<Message> Messages => [.. _messages];

    /// <summary>Starts it.</summary>
    public static async Task<HookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new HookReceiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments(_path))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var number = _messages.Count;
        _messages.Enqueue(new Message(context.Request.Headers["webhook-id"]!, context.Request.Headers["webhook-timestamp"]!, context.Request.Headers["webhook-signature"]!, body.ToArray()));
        context.Response.StatusCode = Answer(number);
    }

    /// <summary>A message.</summary>
    public sealed record Message(string Id, string Timestamp, string Signature, byte[] Body)
    {
        /// <summary>The body.</summary>
        public JsonElement Json => JsonElement.Parse(Body);

        /// <summary>The sequence number of the entry that it tells of.</summary>
        public long Sequence => Json.GetProperty("data").GetProperty("sequence").GetInt64();

        /// <summary>Whether it is signed with the secret, and of a moment ago by that clock.</summary>
        public bool IsSigned(string secret, DateTimeOffset now)
        {
            var key = Convert.FromBase64String(secret["whsec_".Length..]);
            byte[] content = [.. Encoding.UTF8.GetBytes($"{Id}.{Timestamp}."), .. Body];
            var age = now.ToUnixTimeSeconds() - long.Parse(Timestamp, CultureInfo.InvariantCulture);
            return Math.Abs(age) < 300 && Signature.Split(' ').Contains($"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, content))}");
        }
    }
}
