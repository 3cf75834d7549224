using System.Buffers;
using System.Text.Json;

namespace Pynomaly.Identity.Bench.Limit;

/// <summary>Answers written straight into the response's pipe, with their length known beforehand.</summary>
internal static class Reply
{
    public static Task JsonAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        return context.Response.Body.WriteAsync(json, context.RequestAborted).AsTask();
    }

    /// <summary>The token response of RFC 6749 §5.1.</summary>
    public static Task TokenAsync(HttpContext context, byte[] accessToken, string? refreshToken)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("access_token"u8, accessToken);
            json.WriteString("token_type"u8, "Bearer"u8);
            json.WriteNumber("expires_in"u8, 600);
            if (refreshToken is not null) json.WriteString("refresh_token"u8, refreshToken);
            json.WriteString("scope"u8, "pynomaly_api"u8);
            json.WriteEndObject();
        }

        context.Response.Headers.CacheControl = "no-store";
        return JsonAsync(context, buffer.WrittenMemory);
    }
}
