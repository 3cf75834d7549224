using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Clients;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tokens;

/// <summary>The revocation list for resource servers: which living tokens are ended, whole or since a cursor. It names no person.</summary>
/// <remarks>GET with an ETag; a follower polls with "since" and If-None-Match, and a poll that brings nothing new costs nothing.</remarks>
public sealed class RevocationListEndpoint(RevocationList list, ChangeFeed feed, ClientAuthenticator clients, ServerOptions options, TimeProvider time)
{
    private const int Page = 50_000;

    /// <summary>Answers with the list.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        feed.RequireFresh(); // a node that is cut off must not say that nothing is new
        var stop = context.RequestAborted;
        var request = ProtocolRequest.ReadQuery(context.Request).RefuseDuplicates();
        if (options.RevocationListAccess == "Clients") await clients.AuthenticateAsync(context, ProtocolRequest.Of([]), stop); // by the Authorization header

        var since = 0L;
        if (request["since"] is { } cursor && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out since))
            throw ProtocolException.InvalidRequest("since is not a cursor of this list");

        if (since > list.Sequence) since = 0; // a cursor of before a backup was restored: from here on it would miss entries, so all are read again

        // Entries also vanish by expiry, but a follower lets them go by itself: what it has stays true.
        var etag = $"\"{list.Sequence}-{since}\"";
        var http = context.Response;
        http.Headers.ETag = etag;
        http.Headers.CacheControl = "no-cache"; // may be kept, must be asked
        if (context.Request.Headers.IfNoneMatch == etag)
        {
            http.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var entries = await list.ReadAsync(since, Page, stop);
        http.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.BodyWriter);
        json.WriteStartObject();
        json.WriteString("cursor", (entries.Count == 0 ? Math.Max(since, 0) : entries[^1].Sequence).ToString(CultureInfo.InvariantCulture));
        json.WriteBoolean("more", entries.Count == Page);
        json.WriteNumber("generated", time.GetUtcNow().ToUnixTimeSeconds());
        json.WriteStartArray("revoked");
        foreach (var entry in entries.Where(entry => entry.Kind == "jti"))
        {
            json.WriteStartObject();
            json.WriteString("jti", entry.Subject);
            json.WriteNumber("exp", entry.Expires.ToUnixTimeSeconds());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("cut_offs");
        foreach (var entry in entries.Where(entry => entry.Kind != "jti"))
        {
            json.WriteStartObject();
            json.WriteString(entry.Kind, entry.Subject);
            // "iat" has whole seconds: a token of the same second is ended here too, so it must come before the published moment.
            json.WriteNumber("issued_before", entry.IssuedBefore!.Value.ToUnixTimeSeconds() + 1);
            json.WriteNumber("exp", entry.Expires.ToUnixTimeSeconds());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
