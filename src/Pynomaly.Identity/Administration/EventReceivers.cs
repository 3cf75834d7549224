using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>Receivers of security events: who tells others whose session ended must be allowed to read the trail, and to change the system.</summary>
internal sealed class EventReceivers(
    Database database, MasterKey master, OutboundHttp outbound, SecurityEventToken tokens, AuditTrail audit, ServerOptions options, TimeProvider time, ILogger<EventReceivers> logger)
{
    /// <summary>The most that there may be.</summary>
    public const int Most = 50;

    /// <summary>The longest name.</summary>
    public const int LongestName = 100;

    /// <summary>The longest audience.</summary>
    public const int LongestText = 2048;

    private const int LongestError = 64;

    // §2.4: these do not speak of one event but of who sends it, or of what holds for all: an old copy of our keys, a setting. What is told while that lasts must not be lost.
    private static readonly string[] OfAllEvents = ["invalid_key", "invalid_issuer", "invalid_audience", "authentication_failed", "access_denied"];

    /// <summary>All, by name.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public async Task<IReadOnlyList<EventReceiver>> ListAsync(Operator who, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewAudit);
        await using var session = await database.ReadAsync(cancellationToken);
        return [.. (await EventReceiverRows.ListAsync(session, cancellationToken)).Select(receiver => For(who, receiver))];
    }

    /// <summary>One.</summary>
    /// <exception cref="AdministrationException">Forbidden, or there is none.</exception>
    public async Task<EventReceiver> FindAsync(Operator who, string id, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewAudit);
        await using var session = await database.ReadAsync(cancellationToken);
        return For(who, await EventReceiverRows.FindAsync(session, id, isToChange: false, cancellationToken) ?? throw AdministrationException.NotFound("event_receiver"));
    }

    /// <summary>The most events that wait which are counted.</summary>
    public const int MostCounted = 1000;

    /// <summary>How many events wait for one; <see cref="MostCounted"/> and one: more.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public async Task<int> WaitingAsync(Operator who, EventReceiver receiver, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewAudit);
        await using var session = await database.ReadAsync(cancellationToken);
        return await EventReceiverRows.WaitingAsync(session, receiver, MostCounted + 1, cancellationToken);
    }

    /// <summary>Whether the events of one are for its address, since nothing else was said.</summary>
    public static bool IsOwnAddress(EventReceiver receiver) => receiver.Audience == PlaceOf(receiver.Url);

    /// <summary>The version of one, for a condition on its change.</summary>
    public static string VersionOf(EventReceiver receiver) => receiver.Version ?? Versions.Of(receiver.Name, receiver.Url, receiver.Audience, receiver.Credential is not null, receiver.Events, receiver.IsEnabled);

    /// <summary>Makes one, which is told of what happens from now on.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, or a field cannot stand.</exception>
    public async Task<EventReceiver> CreateAsync(Operator who, EventReceiverInput input, CancellationToken cancellationToken)
    {
        RequireManager(who);
        Check(input with { Name = input.Name ?? "", Url = input.Url ?? "" });
        var (id, now) = (Secrets.CreateId(), time.GetUtcNow());
        var made = new EventReceiver
        {
            Id = id, Name = input.Name!.Trim(), Url = input.Url!, Audience = input.Audience is { Length: > 0 } audience ? audience : PlaceOf(input.Url!), Credential = EventCredential.Store(master, id, input.Credential),
            Events = [.. input.Events ?? []], IsEnabled = input.IsEnabled ?? true, Created = now, NextAttempt = now,
        };
        await database.WriteAsync(async (session, stop) =>
        {
            if ((await EventReceiverRows.ListAsync(session, stop)).Count >= Most) throw AdministrationException.Conflict("receivers_full", $"There are {Most} event receivers already");
            await EventReceiverRows.AddAsync(session, made, stop);
            await audit.WriteAsync(session, Entry(who, Log.ReceiverCreated, made), stop);
            return true;
        }, cancellationToken);
        Log.EventReceiverCreated(logger, id, who.Id);
        return made;
    }

    /// <summary>Changes one.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, a field cannot stand, there is none, or it has changed since it was read.</exception>
    public async Task<EventReceiver> ChangeAsync(Operator who, string id, EventReceiverInput input, string? expected, CancellationToken cancellationToken)
    {
        RequireManager(who);
        Check(input);
        var receiver = await database.WriteAsync(async (session, stop) =>
        {
            var found = await LockAsync(session, id, expected, stop);
            if (input.Url is not null && input.Url != found.Url && input.Credential is null) found.Credential = null; // a credential goes where it was given for, and nowhere else
            if (input.Credential is not null) found.Credential = EventCredential.Store(master, id, input.Credential);
            var audience = input.Audience ?? (found.Audience == PlaceOf(found.Url) ? "" : found.Audience); // what followed from the address follows the new one
            (found.Name, found.Url) = (input.Name?.Trim() ?? found.Name, input.Url ?? found.Url);
            found.Audience = audience.Length > 0 ? audience : PlaceOf(found.Url);
            (found.Events, found.IsEnabled) = ([.. input.Events ?? found.Events], input.IsEnabled ?? found.IsEnabled);
            await EventReceiverRows.ChangeAsync(session, found, time.GetUtcNow(), stop);
            await audit.WriteAsync(session, Entry(who, Log.ReceiverChanged, found), stop);
            return found;
        }, cancellationToken);
        Log.EventReceiverChanged(logger, id, who.Id);
        return receiver;
    }

    /// <summary>Removes one.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, there is none, or it has changed since it was read.</exception>
    public async Task RemoveAsync(Operator who, string id, string? expected, CancellationToken cancellationToken)
    {
        RequireManager(who);
        await database.WriteAsync(async (session, stop) =>
        {
            var receiver = await LockAsync(session, id, expected, stop);
            await session.ExecuteAsync("DELETE FROM event_receivers WHERE id = $1", stop, id);
            await audit.WriteAsync(session, Entry(who, Log.ReceiverRemoved, receiver), stop);
            return true;
        }, cancellationToken);
        Log.EventReceiverRemoved(logger, id, who.Id);
    }

    /// <summary>Sends one an event without content, at once and once.</summary>
    /// <exception cref="AdministrationException">Forbidden, not confirmed, or there is none.</exception>
    public async Task<WebhookTest> TestAsync(Operator who, string id, CancellationToken cancellationToken)
    {
        RequireManager(who);
        var receiver = await FindAsync(who, id, cancellationToken);
        await audit.WriteAsync(Entry(who, Log.ReceiverTested, receiver), cancellationToken); // before it leaves
        return await SendAsync(receiver, tokens.WriteTest(receiver, time.GetUtcNow()), cancellationToken) is { } failure ? new WebhookTest(false, failure.Reason) : new WebhookTest(true, null);
    }

    /// <summary>Pushes a token to its receiver (RFC 8935 §2). Null: it was taken, which 202 says and nothing else (§2.2).</summary>
    internal async Task<PushFailure?> SendAsync(EventReceiver receiver, string token, CancellationToken cancellationToken)
    {
        try
        {
            List<(string, string)> headers = [("Accept", "application/json")];
            if (receiver.Credential is not null) headers.Add(("Authorization", EventCredential.Open(master, receiver)));
            var (status, refusal) = await outbound.PostForRefusalAsync(receiver.Url, Encoding.ASCII.GetBytes(token), $"application/{SecurityEventToken.Type}", headers, cancellationToken);
            if (status == 202) return null;
            return ErrorOf(refusal) is { } error
                ? new PushFailure($"The answer was {status} ({error}), not 202") { IsRefusal = !OfAllEvents.Contains(error) }
                : new PushFailure($"The answer was {status}, not 202");
        }
        catch (Exception e) when (e is OutboundException or ConfigurationException)
        {
            return new PushFailure(e.Message);
        }
    }

    // §2.3: {"err": ..., "description": ...}. The description is somebody else's words; the code will do.
    private static string? ErrorOf(byte[] refusal)
    {
        try
        {
            return refusal.Length > 0 && JsonNode.Parse(refusal) is JsonObject answer && answer["err"] is JsonValue value && value.TryGetValue(out string? error)
                && error.Length is > 0 and <= LongestError && error.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':') ? error : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null; // no JSON, or a member twice
        }
    }

    /// <summary>Goes on only for who may read the trail and change the system, and has proved themselves a moment ago.</summary>
    internal static void RequireManager(Operator who)
    {
        who.Require(ManagementPermissions.ViewAudit); // nobody sends elsewhere what they may not read
        who.RequireConfirmed(ManagementPermissions.ManageSystem);
    }

    private void Check(EventReceiverInput input)
    {
        List<FieldProblem> errors = [];
        if (input.Name is { } name && (name.Trim().Length is 0 or > LongestName || name.Any(char.IsControl))) errors.Add(new("name", "length", $"Write 1 to {LongestName} characters"));
        if (input.Url is { } url && OutboundAddress.WhyRefused(url, options.OutboundAllowedHosts) is { } reason) errors.Add(new("url", reason.Code, reason.Words));
        if (input.Audience is { } audience && (audience.Length > LongestText || audience.Any(char.IsControl))) errors.Add(new("audience", "length", $"Write 1 to {LongestText} characters"));
        if (input.Credential is { } credential && !EventCredential.IsWellFormed(credential)) errors.Add(new("credential", "length", $"Write 1 to {EventCredential.Longest} characters"));
        if (input.Events?.FirstOrDefault(one => !SecurityEvents.Types.Contains(one)) is { } unknown) errors.Add(new("events", "unknown", $"There is no event {unknown}; the docs list them"));
        if (errors.Count > 0) throw AdministrationException.Invalid(errors);
    }

    private static async ValueTask<EventReceiver> LockAsync(SqlSession session, string id, string? expected, CancellationToken cancellationToken)
    {
        var receiver = await EventReceiverRows.FindAsync(session, id, isToChange: true, cancellationToken) ?? throw AdministrationException.NotFound("event_receiver");
        Versions.Require(expected, VersionOf(receiver));
        return receiver;
    }

    /// <summary>An address without the query: receivers take their token there.</summary>
    internal static string PlaceOf(string url) => new Uri(url).GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    // Who only reads does not send in our name either (security case AD-07). The version stays that of the whole.
    private static EventReceiver For(Operator who, EventReceiver receiver)
    {
        if (who.Holds(ManagementPermissions.ManageSystem)) return receiver;
        receiver.Version = VersionOf(receiver);
        receiver.Url = PlaceOf(receiver.Url);
        return receiver;
    }

    private static AuditEntry Entry(Operator who, EventId happened, EventReceiver receiver) => who.Entry(happened) with
    {
        Detail = new JsonObject { ["receiver"] = receiver.Id, ["name"] = receiver.Name, ["url"] = PlaceOf(receiver.Url), ["audience"] = receiver.Audience, ["enabled"] = receiver.IsEnabled }.ToJsonString(),
    };
}
