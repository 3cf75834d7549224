using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Pynomaly.Identity.Bench.Driver;

/// <summary>The few words of HTTP/1.1 (RFC 9112) that the driver speaks.</summary>
internal static class HttpText
{
    public static byte[] Get(int port, string path) => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: application/json\r\n\r\n");

    public static byte[] Post(int port, string path, string? basic, string form) => Encoding.ASCII.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{(basic is null ? "" : $"Authorization: Basic {basic}\r\n")}"
        + $"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {form.Length}\r\n\r\n{form}");

    public static string Basic(string clientId, string secret) => Convert.ToBase64String(Encoding.ASCII.GetBytes($"{clientId}:{secret}"));

    /// <summary>The value of a header, found by its lower-case name with the colon; empty when it is not there.</summary>
    public static ReadOnlySpan<byte> Header(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        while (!head.IsEmpty)
        {
            var end = head.IndexOf("\r\n"u8);
            var line = end < 0 ? head : head[..end];
            if (line.Length > name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name)) return line[name.Length..].Trim((byte)' ');
            head = end < 0 ? default : head[(end + 2)..];
        }

        return default;
    }

    public static int Number(ReadOnlySpan<byte> digits) => Utf8Parser.TryParse(digits, out int value, out _) ? value : 0;

    /// <summary>The body of a complete chunked message, or null while part of it is missing.</summary>
    public static byte[]? Unchunk(ReadOnlySpan<byte> chunks)
    {
        var body = new ArrayBufferWriter<byte>();
        while (true)
        {
            var line = chunks.IndexOf("\r\n"u8);
            if (line < 0 || !Utf8Parser.TryParse(chunks[..line], out int size, out _, 'x')) return null;
            if (chunks.Length < line + 2 + size + 2) return null;
            if (size == 0) return body.WrittenSpan.ToArray();
            body.Write(chunks.Slice(line + 2, size));
            chunks = chunks[(line + 4 + size)..];
        }
    }

    /// <summary>A string member of a flat JSON object, where it stands.</summary>
    public static ReadOnlySpan<byte> Member(ReadOnlySpan<byte> json, ReadOnlySpan<byte> quotedNameAndColon)
    {
        var at = json.IndexOf(quotedNameAndColon);
        if (at < 0) return default;
        var value = json[(at + quotedNameAndColon.Length)..].TrimStart((byte)' ');
        if (value.IsEmpty || value[0] != '"') return default;
        var end = value[1..].IndexOf((byte)'"');
        return end < 0 ? default : value.Slice(1, end);
    }
}
