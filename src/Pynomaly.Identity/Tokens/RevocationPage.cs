using System.Globalization;
using System.Text.Json;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Tokens;

/// <summary>A part of the revocation list as a follower gets it: the members are the same in JSON, in an event and in a signed token.</summary>
internal sealed record RevocationPage(IReadOnlyList<Revocation> Entries, long Cursor, bool HasMore)
{
    /// <summary>Writes the members.</summary>
    public void Write(Utf8JsonWriter json, DateTimeOffset generated)
    {
        json.WriteString("cursor"u8, Cursor.ToString(CultureInfo.InvariantCulture));
        json.WriteBoolean("more"u8, HasMore);
        json.WriteNumber("generated"u8, generated.ToUnixTimeSeconds());
        json.WriteStartArray("revoked"u8);
        foreach (var entry in Entries)
        {
            if (entry.Kind != "jti") continue;
            json.WriteStartObject();
            json.WriteString("jti"u8, entry.Subject);
            json.WriteNumber("exp"u8, entry.Expires.ToUnixTimeSeconds());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("cut_offs"u8);
        foreach (var entry in Entries)
        {
            if (entry.Kind == "jti") continue;
            json.WriteStartObject();
            json.WriteString(entry.Kind, entry.Subject);
            // "iat" has whole seconds: a token of the same second is ended here too, so it must come before the published moment.
            json.WriteNumber("issued_before"u8, entry.IssuedBefore!.Value.ToUnixTimeSeconds() + 1);
            json.WriteNumber("exp"u8, entry.Expires.ToUnixTimeSeconds());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
