using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>A receiver of security events on loopback (RFC 8935): keeps what comes, and answers what it is told to.</summary>
public sealed class PushReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Push> _pushes = new();
    private readonly string _path = $"/events/{RandomNumberGenerator.GetHexString(16)}"; // a port is soon somebody else's, and old servers go on telling the one who had it

    private PushReceiver(WebApplication app) => _app = app;

    /// <summary>The answer to each push, by its number from 0 on; 202 when nothing is said.</summary>
    public Func<int, Task<int>> Answer { get; set; } = _ => Task.FromResult(202);

    /// <summary>The body of an answer that is a 400.</summary>
    public string Refusal { get; set; } = "";

    /// <summary>Where it listens.</summary>
    public string Url => _app.Urls.Single() + _path;

    /// <summary>What came, in order.</summary>
    public IReadOnlyList<Push> Pushes => [.. _pushes];

    /// <summary>Starts it.</summary>
    public static async Task<PushReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new PushReceiver(builder.Build());
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

        using var reader = new StreamReader(context.Request.Body);
        var push = new Push(await reader.ReadToEndAsync(), context.Request.ContentType, context.Request.Headers.Authorization.ToString(), DateTimeOffset.UtcNow);
        var number = _pushes.Count;
        _pushes.Enqueue(push);
        context.Response.StatusCode = await Answer(number);
        if (context.Response.StatusCode == 400) await context.Response.WriteAsync(Refusal);
    }

    /// <summary>A push.</summary>
    public sealed record Push(string Token, string? ContentType, string Authorization, DateTimeOffset At)
    {
        /// <summary>The token's claims.</summary>
        public JsonElement Claims => JsonElement.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(Token.Split('.')[1]));

        /// <summary>The id.</summary>
        public string Id => Claims.GetProperty("jti").GetString()!;

        /// <summary>The type of its one event, without the beginning that all have.</summary>
        public string Type => Claims.GetProperty("events").EnumerateObject().Single().Name.Split('/')[^1];

        /// <summary>The event's members.</summary>
        public JsonElement Event => Claims.GetProperty("events").EnumerateObject().Single().Value;

        /// <summary>Whom it is about.</summary>
        public JsonElement Subject => Claims.GetProperty("sub_id");
    }
}
