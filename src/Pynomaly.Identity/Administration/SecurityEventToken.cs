using System.Text.Json;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Administration;

/// <summary>A security event as a receiver gets it: a signed token of a type of its own, for that receiver.</summary>
/// <remarks><see href="https://www.rfc-editor.org/rfc/rfc8417">RFC 8417</see> §2, CAEP 1.0 §3, Shared Signals Framework 1.0 §3. No sub and no exp (RFC 8417 §4.5, §4.6): it passes for no other token.</remarks>
[Specification("RFC 8417", "Security Event Token")]
internal sealed class SecurityEventToken(KeyRing keys, ServerOptions options)
{
    /// <summary>The header's typ, and with "application/" before it the media type.</summary>
    public const string Type = "secevent+jwt";

    private const string Caep = "https://schemas.openid.net/secevent/caep/event-type/";
    private const string Verification = "https://schemas.openid.net/secevent/ssf/event-type/verification";

    /// <summary>Writes and signs the event for a receiver. Its jti is the same however often it is sent.</summary>
    public string Write(EventReceiver receiver, SecurityEvent happened) => Sign(receiver, $"{happened.Id}-{receiver.Id}", happened.At, json =>
    {
        using var data = JsonDocument.Parse(happened.Data);
        if (data.RootElement.TryGetProperty(SecurityEvents.Transaction, out var transaction)) json.WriteString("txn"u8, transaction.GetString());
        WriteSubject(json, happened);
        json.WriteStartObject("events"u8);
        json.WriteStartObject(Caep + happened.Type);
        json.WriteNumber("event_timestamp"u8, happened.At.ToUnixTimeSeconds());
        foreach (var member in data.RootElement.EnumerateObject())
            if (member.Name != SecurityEvents.Transaction) member.WriteTo(json);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>An event without content, to try the way with (SSF 1.0 §8.1.4).</summary>
    public string WriteTest(EventReceiver receiver, DateTimeOffset now) => Sign(receiver, $"{Secrets.CreateId()}-{receiver.Id}", now, json =>
    {
        json.WriteStartObject("sub_id"u8);
        Opaque(json, receiver.Id);
        json.WriteEndObject();
        json.WriteStartObject("events"u8);
        json.WriteStartObject(Verification);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private string Sign(EventReceiver receiver, string id, DateTimeOffset at, Action<Utf8JsonWriter> content)
    {
        var algorithm = keys.AlgorithmsInUse.Contains(Algorithms.ES256) ? Algorithms.ES256 : keys.AlgorithmsInUse[0];
        return Jws.Write(keys.Active(algorithm), Type, (options.Issuer, id, at, receiver.Audience, content), static (json, state) =>
        {
            json.WriteString("iss"u8, state.Issuer);
            json.WriteString("jti"u8, state.id);
            json.WriteNumber("iat"u8, state.at.ToUnixTimeSeconds());
            json.WriteString("aud"u8, state.Audience);
            state.content(json);
        });
    }

    // RFC 9493: a person alone is "iss_sub"; a session, an application or the holders of a role make it "complex" (SSF 1.0 §3.3).
    private void WriteSubject(Utf8JsonWriter json, SecurityEvent happened)
    {
        json.WriteStartObject("sub_id"u8);
        if (happened is { Subject: { } person, Session: null, Client: null, Role: null })
        {
            Person(json, person);
        }
        else
        {
            json.WriteString("format"u8, "complex"u8);
            if (happened.Subject is { } subject) Member(json, "user", () => Person(json, subject));
            if (happened.Session is { } session) Member(json, "session", () => Opaque(json, session));
            if (happened.Client is { } client) Member(json, "application", () => Opaque(json, client));
            if (happened.Role is { } role) Member(json, "group", () => Opaque(json, role));
        }

        json.WriteEndObject();
    }

    private void Person(Utf8JsonWriter json, string subject)
    {
        json.WriteString("format"u8, "iss_sub"u8);
        json.WriteString("iss"u8, options.Issuer);
        json.WriteString("sub"u8, subject);
    }

    private static void Opaque(Utf8JsonWriter json, string id)
    {
        json.WriteString("format"u8, "opaque"u8);
        json.WriteString("id"u8, id);
    }

    private static void Member(Utf8JsonWriter json, string name, Action write)
    {
        json.WriteStartObject(name);
        write();
        json.WriteEndObject();
    }
}
