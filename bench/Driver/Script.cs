using System.Text;

namespace Pynomaly.Identity.Bench.Driver;

/// <summary>What a connection sends next, and whether it accepts the answer.</summary>
internal abstract class Script
{
    public abstract ReadOnlyMemory<byte> Next(int connection);

    public abstract bool Accept(int connection, ReadOnlySpan<byte> body);
}

/// <summary>The same request again and again.</summary>
internal sealed class SameRequest(byte[] request, byte[] expected) : Script
{
    public override ReadOnlyMemory<byte> Next(int connection) => request;

    public override bool Accept(int connection, ReadOnlySpan<byte> body) => body.IndexOf(expected) >= 0;
}

/// <summary>Many requests in turn, so that a cache which is smaller than their number never helps.</summary>
internal sealed class ManyRequests(IReadOnlyList<byte[]> requests, byte[] expected) : Script
{
    private int _next = -1;

    public override ReadOnlyMemory<byte> Next(int connection) => requests[(int)((uint)Interlocked.Increment(ref _next) % (uint)requests.Count)];

    public override bool Accept(int connection, ReadOnlySpan<byte> body) => body.IndexOf(expected) >= 0;
}

/// <summary>A chain of refresh tokens on each connection: every request spends the token of the answer before.</summary>
internal sealed class RefreshChains(int port, string path, string basic, IReadOnlyList<string> first) : Script
{
    private readonly string[] _tokens = [.. first];

    public override ReadOnlyMemory<byte> Next(int connection) =>
        HttpText.Post(port, path, basic, $"grant_type=refresh_token&client_id=bench-web&refresh_token={_tokens[connection]}");

    public override bool Accept(int connection, ReadOnlySpan<byte> body)
    {
        var next = HttpText.Member(body, "\"refresh_token\":"u8);
        if (next.IsEmpty) return false;
        _tokens[connection] = Encoding.ASCII.GetString(next);
        return true;
    }
}
