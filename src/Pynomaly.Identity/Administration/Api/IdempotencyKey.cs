using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Pynomaly.Identity.Api;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>The key that a caller gave a request, and what the request asks for: the key of one caller is not another's, and stands for one request only.</summary>
/// <param name="Id">Hash of caller and key.</param>
/// <param name="Request">Hash of method, target as it was sent, version and body.</param>
internal sealed record IdempotencyKey(string Id, string Request)
{
    /// <summary>The header.</summary>
    public const string Header = "Idempotency-Key";

    private const int Longest = 255;

    /// <summary>Reads it; null: the request carries none.</summary>
    /// <exception cref="ApiProblem">It is malformed, or there are several.</exception>
    public static async Task<IdempotencyKey?> ReadAsync(AdminCall call, int most)
    {
        if (call.Context.Request.Headers[Header] is not { Count: > 0 } sent) return null;
        var key = sent is [{ } one] ? Clean(one) : null;
        if (key is null) throw ApiProblem.Invalid((Header, "malformed", $"Write one text of 1 to {Longest} visible ASCII characters, for example \"8e03978e-40d5-43e8-bc93-6894a57f9324\""));
        return new(Hash($"{call.Operator.Kind}\n{call.Operator.Id}\n{key}"), await HashAsync(call.Context, most));
    }

    // A String of RFC 9651 §3.3.3; without its quotes too, as most clients send it.
    private static string? Clean(string sent)
    {
        var key = sent is ['"', .. var inner, '"'] ? inner : sent;
        return key.Length is > 0 and <= Longest && key.All(c => c is > ' ' and <= '~' and not '"' and not '\\' and not ',') ? key : null;
    }

    private static async Task<string> HashAsync(HttpContext context, int most)
    {
        var body = new MemoryStream(); // never a file: a body may hold secrets
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{context.Request.Method}\n{TargetOf(context)}\n{context.Request.Headers.IfMatch}\n"));
        var buffer = new byte[16 * 1024];
        for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;)
        {
            if (body.Length + read > most) throw new BadHttpRequestException("Request body too large", StatusCodes.Status413PayloadTooLarge);
            hash.AppendData(buffer.AsSpan(0, read));
            body.Write(buffer.AsSpan(0, read));
        }

        body.Position = 0;
        context.Request.Body = body;
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // As it was sent: the decoded path writes a name that holds a slash ("%2F") and one that holds those three characters ("%252F") in the same way.
    private static string TargetOf(HttpContext context) => context.Features.Get<IHttpRequestFeature>() is { RawTarget.Length: > 0 } sent ? sent.RawTarget : context.Request.GetEncodedPathAndQuery();

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
