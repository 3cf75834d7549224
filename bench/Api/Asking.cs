using System.Buffers.Text;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Pynomaly.Identity.Bench.Api;

/// <summary>The doors of APIs that do not follow our list: one asks the server about each token (RFC 7662), one reads the Token Status List that the token names. Both ask anew for each request and keep nothing.</summary>
/// <remarks>They are there to measure how soon they hear of a revocation; the status door checks nothing else.</remarks>
internal sealed class Asking(string issuer)
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(issuer) };
    private readonly AuthenticationHeaderValue _self = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"api:{Environment.GetEnvironmentVariable("BENCH_SECRET")}")));

    /// <summary>Lets a request through whose token is alive by the door's way of asking.</summary>
    public Func<HttpContext, RequestDelegate, Task> Door(string door) => async (context, next) =>
    {
        var given = context.Request.Headers.Authorization.ToString();
        try
        {
            if (context.Request.Path != "/detectors" || (given.StartsWith("Bearer ", StringComparison.Ordinal) && await (door == "introspection" ? IsActiveAsync(given[7..]) : IsUnsetAsync(given[7..])))) await next(context);
            else context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        catch (HttpRequestException e)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable; // nobody can tell
            await context.Response.WriteAsync($"the identity server: {e.Message}");
        }
    };

    private async Task<bool> IsActiveAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/introspect") { Content = new FormUrlEncodedContent([new("token", token)]), Headers = { Authorization = _self } };
        using var answer = await _http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync()).GetProperty("active").GetBoolean();
    }

    private async Task<bool> IsUnsetAsync(string token)
    {
        var place = PayloadOf(token).GetProperty("status").GetProperty("status_list");
        var list = PayloadOf(await _http.GetStringAsync(new Uri(place.GetProperty("uri").GetString()!)));
        await using var zlib = new ZLibStream(new MemoryStream(Base64Url.DecodeFromChars(list.GetProperty("status_list").GetProperty("lst").GetString()!)), CompressionMode.Decompress);
        using var bits = new MemoryStream();
        await zlib.CopyToAsync(bits);
        var index = place.GetProperty("idx").GetInt32();
        return (bits.GetBuffer()[index / 8] >> (index % 8) & 1) == 0;
    }

    private static JsonElement PayloadOf(string token) => JsonElement.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));
}
