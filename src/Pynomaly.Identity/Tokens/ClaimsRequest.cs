using System.Text.Json;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Tokens;

/// <summary>The claims parameter (OpenID Connect Core §5.5): single claims asked for, by UserInfo and by the ID token.</summary>
/// <remarks>Unknown members and claims are ignored. A value of the wrong shape refuses the request.</remarks>
public sealed record ClaimsRequest(IReadOnlyList<RequestedClaim> UserInfo, IReadOnlyList<RequestedClaim> IdToken)
{
    private const int MaxLength = 8 * 1024;

    /// <summary>Parses the parameter.</summary>
    /// <exception cref="ProtocolException">invalid_request: not a JSON object of the right shape, a name twice, or too large.</exception>
    public static ClaimsRequest Parse(string json)
    {
        if (json.Length > MaxLength) throw Malformed();
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) throw Malformed();
            return new ClaimsRequest(Member(root, "userinfo"), Member(root, "id_token"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // half a surrogate is no text
        {
            throw Malformed();
        }
    }

    private static List<RequestedClaim> Member(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var member) || member.ValueKind == JsonValueKind.Null) return [];
        if (member.ValueKind != JsonValueKind.Object) throw Malformed();
        return member.EnumerateObject().Select(Claim).ToList();
    }

    private static RequestedClaim Claim(JsonProperty property)
    {
        if (property.Value.ValueKind == JsonValueKind.Null) return new RequestedClaim(property.Name, false, []);
        if (property.Value.ValueKind != JsonValueKind.Object) throw Malformed();
        var essential = property.Value.TryGetProperty("essential", out var e) && (e.ValueKind is JsonValueKind.True or JsonValueKind.False ? e.GetBoolean() : throw Malformed());
        List<string> values = [];
        if (property.Value.TryGetProperty("value", out var value)) values.Add(value.ToString());
        if (property.Value.TryGetProperty("values", out var several))
        {
            if (several.ValueKind != JsonValueKind.Array) throw Malformed();
            values.AddRange(several.EnumerateArray().Select(one => one.ToString()));
        }

        return new RequestedClaim(property.Name, essential, values);
    }

    private static ProtocolException Malformed() => ProtocolException.InvalidRequest("claims is not a JSON object of the right shape");
}
