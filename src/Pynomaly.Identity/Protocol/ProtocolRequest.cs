using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Pynomaly.Identity.Protocol;

/// <summary>The parameters of one protocol request, read once: from the form body, or at GET endpoints from the query.</summary>
/// <remarks>RFC 6749 §3.1 and §3.2: a parameter without a value counts as absent, unknown ones are ignored, one sent twice is refused.</remarks>
[Specification("RFC 6749", "The OAuth 2.0 Authorization Framework")]
public sealed class ProtocolRequest
{
    /// <summary>The most bytes a protocol endpoint reads of a body.</summary>
    public const int MaxBody = 64 * 1024;

    /// <summary>The largest body of an administrator's import: 8 MB of files, escaped as JSON.</summary>
    public const int MaxImport = 20 * 1024 * 1024;

    /// <summary>The largest configuration file over the API: some ten thousand clients.</summary>
    public const int MaxConfiguration = 8 * 1024 * 1024;

    private const int MaxParameters = 128;
    private readonly List<KeyValuePair<string, string>> _parameters = [];
    private List<string>? _resources;
    private HashSet<string>? _duplicates;

    /// <summary>The resource indicators, the one parameter that may be repeated (RFC 8707 §2).</summary>
    public IReadOnlyList<string> Resources => _resources ?? [];

    /// <summary>All parameters but the resource indicators.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> All => _parameters;

    /// <summary>The name of a parameter that was sent twice, or null.</summary>
    public string? Duplicate => _duplicates?.First();

    /// <summary>Whether this parameter was sent twice.</summary>
    public bool IsDuplicate(string name) => _duplicates?.Contains(name) ?? false;

    /// <summary>The value, or null when it is absent or empty.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var parameter in _parameters)
                if (string.Equals(parameter.Key, name, StringComparison.Ordinal)) return parameter.Value;
            return null;
        }
    }

    /// <summary>The value; refuses the request when it is absent.</summary>
    public string Require(string name) => this[name] ?? throw ProtocolException.InvalidRequest($"{name} is required");

    /// <summary>Builds a request from parameters that were kept, for example by an interaction or a pushed request.</summary>
    public static ProtocolRequest Of(IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var request = new ProtocolRequest();
        foreach (var (name, value) in parameters) request.Add(name, value);
        return request;
    }

    /// <summary>Reads the query string.</summary>
    public static ProtocolRequest ReadQuery(HttpRequest http)
    {
        var request = new ProtocolRequest();
        foreach (var pair in new QueryStringEnumerable(http.QueryString.Value))
        {
            request.Add(Text(pair.DecodeName().Span), Text(pair.DecodeValue().Span));
        }

        return request;
    }

    /// <summary>Reads a form body; anything else is refused, and the query is never looked at (RFC 6749 §2.3.1: no secret in a URI).</summary>
    /// <exception cref="ProtocolException">The content type is not a form, the body is too large, or a parameter is sent twice.</exception>
    public static async ValueTask<ProtocolRequest> ReadFormAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        if (!IsForm(http.ContentType)) throw ProtocolException.InvalidRequest("The content type must be application/x-www-form-urlencoded");
        if (http.ContentLength > MaxBody) throw new BadHttpRequestException("Request body too large", StatusCodes.Status413PayloadTooLarge);

        var request = new ProtocolRequest();
        while (true)
        {
            var read = await http.BodyReader.ReadAsync(cancellationToken);
            if (read.Buffer.Length > MaxBody) throw new BadHttpRequestException("Request body too large", StatusCodes.Status413PayloadTooLarge);
            if (read.IsCompleted)
            {
                request.Parse(read.Buffer);
                http.BodyReader.AdvanceTo(read.Buffer.End);
                return request;
            }

            http.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Refuses a request that holds a parameter twice. Not done while reading, since the authorization endpoint answers some of them by redirect.</summary>
    public ProtocolRequest RefuseDuplicates()
    {
        if (_duplicates is not null) throw ProtocolException.InvalidRequest("A parameter was sent more than once");
        return this;
    }

    private static bool IsForm([NotNullWhen(true)] string? contentType)
    {
        const string form = "application/x-www-form-urlencoded";
        return contentType is not null && contentType.StartsWith(form, StringComparison.OrdinalIgnoreCase)
            && (contentType.Length == form.Length || contentType[form.Length] is ';' or ' ');
    }

    private void Parse(ReadOnlySequence<byte> body)
    {
        if (body.IsSingleSegment)
        {
            Parse(body.FirstSpan);
            return;
        }

        var copy = ArrayPool<byte>.Shared.Rent((int)body.Length);
        body.CopyTo(copy);
        Parse(copy.AsSpan(0, (int)body.Length));
        ArrayPool<byte>.Shared.Return(copy, clearArray: true);
    }

    private void Parse(ReadOnlySpan<byte> body)
    {
        foreach (var range in body.Split((byte)'&'))
        {
            var pair = body[range];
            if (pair.IsEmpty) continue;
            var equals = pair.IndexOf((byte)'=');
            if (equals < 0) Add(FormText.Decode(pair), string.Empty);
            else Add(FormText.Decode(pair[..equals]), FormText.Decode(pair[(equals + 1)..]));
        }
    }

    private void Add(string name, string value)
    {
        if (value.Length == 0) return; // RFC 6749 §3.1: sent without a value is as if omitted
        if (name == Parameters.Resource)
        {
            (_resources ??= []).Add(value);
            if (_resources.Count > MaxParameters) throw ProtocolException.InvalidRequest("Too many parameters");
            return;
        }

        if (_parameters.Count >= MaxParameters) throw ProtocolException.InvalidRequest("Too many parameters");
        if (this[name] is not null) (_duplicates ??= []).Add(name);
        else _parameters.Add(new(name, value));
    }

    private static string Text(ReadOnlySpan<char> value)
    {
        // Lone surrogates and NUL cannot be stored on every database and mean nothing to any specification.
        if (value.Contains('\0') || value.Contains('\uFFFD')) throw ProtocolException.InvalidRequest("A parameter is not valid UTF-8 text");
        return value.ToString();
    }
}
