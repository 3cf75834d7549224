using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Sealing;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>Receivers of audit entries: who gives the trail away must be allowed to read it, and to change the system.</summary>
internal sealed class Webhooks(Database database, MasterKey master, OutboundHttp outbound, AuditTrail audit, ServerOptions options, TimeProvider time, ILogger<Webhooks> logger)
{
    /// <summary>As many may there be.</summary>
    public const int Most = 50;

    /// <summary>The longest name.</summary>
    public const int LongestName = 100;


    /// <summary>All, by name.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public async Task<IReadOnlyList<Webhook>> ListAsync(Operator who, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewAudit);
        await using var session = await database.ReadAsync(cancellationToken);
        return [.. (await WebhookRows.ListAsync(session, cancellationToken)).Select(hook => For(who, hook))];
    }

    /// <summary>One.</summary>
    /// <exception cref="AdministrationException">Forbidden, or there is none.</exception>
    public async Task<Webhook> FindAsync(Operator who, string id, CancellationToken cancellationToken)
    {
        who.Require(ManagementPermissions.ViewAudit);
        await using var session = await database.ReadAsync(cancellationToken);
        return For(who, await WebhookRows.FindAsync(session, id, isToChange: false, cancellationToken) ?? throw AdministrationException.NotFound("webhook"));
    }

    /// <summary>The version of one, for a condition on its change.</summary>
    public static string VersionOf(Webhook hook) => Versions.Of(hook.Name, hook.Url, hook.Events, hook.IsEnabled);

    /// <summary>Makes one, which is told what is sealed from now on.</summary>
    /// <returns>It, and the key to check its signatures with, which is shown once.</returns>
    /// <exception cref="AdministrationException">Forbidden, or a field cannot stand.</exception>
    public async Task<(Webhook Hook, string Secret)> CreateAsync(Operator who, WebhookInput input, CancellationToken cancellationToken)
    {
        RequireManager(who);
        Check(input with { Name = input.Name ?? "", Url = input.Url ?? "" });
        var (id, now, secret) = (Secrets.CreateId(), time.GetUtcNow(), WebhookSecret.Create());
        var hook = await database.WriteAsync(async (session, stop) =>
        {
            if ((await WebhookRows.ListAsync(session, stop)).Count >= Most) throw AdministrationException.Conflict("webhooks_full", $"There are {Most} webhooks already");
            var made = new Webhook
            {
                Id = id, Name = input.Name!.Trim(), Url = input.Url!, Secret = secret.Store(master, id), Events = [.. input.Events ?? []], IsEnabled = input.IsEnabled ?? true, Created = now, NextAttempt = now,
                Cursor = (await SealRows.LastAsync(session, stop))?.LastSequence ?? 0,
            };
            await WebhookRows.AddAsync(session, made, stop);
            await audit.WriteAsync(session, Entry(who, Log.HookCreated, made), stop);
            return made;
        }, cancellationToken);
        Log.WebhookCreated(logger, id, who.Id);
        return (hook, secret.Text);
    }

    /// <summary>Changes one.</summary>
    /// <exception cref="AdministrationException">Forbidden, a field cannot stand, there is none, or it has changed since it was read.</exception>
    public async Task<Webhook> ChangeAsync(Operator who, string id, WebhookInput input, string? expected, CancellationToken cancellationToken)
    {
        RequireManager(who);
        Check(input);
        var hook = await database.WriteAsync(async (session, stop) =>
        {
            var found = await LockAsync(session, id, expected, stop);
            (found.Name, found.Url, found.Events, found.IsEnabled) = (input.Name?.Trim() ?? found.Name, input.Url ?? found.Url, [.. input.Events ?? found.Events], input.IsEnabled ?? found.IsEnabled);
            await WebhookRows.ChangeAsync(session, found, time.GetUtcNow(), stop);
            await audit.WriteAsync(session, Entry(who, Log.HookChanged, found), stop);
            return found;
        }, cancellationToken);
        Log.WebhookChanged(logger, id, who.Id);
        return hook;
    }

    /// <summary>Gives one a new key; the one before signs beside it for a day.</summary>
    /// <returns>The key, which is shown once.</returns>
    /// <exception cref="AdministrationException">Forbidden, there is none, or it has changed since it was read.</exception>
    public async Task<string> RotateSecretAsync(Operator who, string id, string? expected, CancellationToken cancellationToken)
    {
        RequireManager(who);
        var secret = await database.WriteAsync(async (session, stop) =>
        {
            var hook = await LockAsync(session, id, expected, stop);
            var next = NextOf(hook);
            await session.ExecuteAsync("UPDATE webhooks SET secret = $1 WHERE id = $2", stop, next.Store(master, id), id);
            await audit.WriteAsync(session, Entry(who, Log.HookSecretRotated, hook), stop);
            return next.Text;
        }, cancellationToken);
        Log.WebhookSecretRotated(logger, id, who.Id);
        return secret;
    }

    /// <summary>Removes one.</summary>
    /// <exception cref="AdministrationException">Forbidden, there is none, or it has changed since it was read.</exception>
    public async Task RemoveAsync(Operator who, string id, string? expected, CancellationToken cancellationToken)
    {
        RequireManager(who);
        await database.WriteAsync(async (session, stop) =>
        {
            var hook = await LockAsync(session, id, expected, stop);
            await session.ExecuteAsync("DELETE FROM webhooks WHERE id = $1", stop, id);
            await audit.WriteAsync(session, Entry(who, Log.HookRemoved, hook), stop);
            return true;
        }, cancellationToken);
        Log.WebhookRemoved(logger, id, who.Id);
    }

    /// <summary>Sends one a message without content, at once and once.</summary>
    /// <exception cref="AdministrationException">Forbidden, or there is none.</exception>
    public async Task<WebhookTest> TestAsync(Operator who, string id, CancellationToken cancellationToken)
    {
        RequireManager(who);
        var hook = await FindAsync(who, id, cancellationToken);
        var now = time.GetUtcNow();
        var message = WebhookMessage.Test(id, now);
        await audit.WriteAsync(Entry(who, Log.HookTested, hook), cancellationToken); // before it leaves
        try
        {
            var status = await outbound.PostAsync(hook.Url, message.Body, message.Headers(WebhookSecret.Read(master, id, hook.Secret), now), cancellationToken);
            return status is >= 200 and < 300 ? new WebhookTest(true, null) : new WebhookTest(false, $"The answer was {status}");
        }
        catch (Exception e) when (e is OutboundException or ConfigurationException)
        {
            return new WebhookTest(false, e.Message);
        }
    }

    private static void RequireManager(Operator who)
    {
        who.Require(ManagementPermissions.ViewAudit); // nobody sends elsewhere what they may not read
        who.RequireConfirmed(ManagementPermissions.ManageSystem);
    }

    private void Check(WebhookInput input)
    {
        List<FieldProblem> errors = [];
        if (input.Name is { } name && (name.Trim().Length is 0 or > LongestName || name.Any(char.IsControl))) errors.Add(new("name", "length", $"Write 1 to {LongestName} characters"));
        if (input.Url is { } url && OutboundAddress.WhyRefused(url, options.OutboundAllowedHosts) is { } reason) errors.Add(new("url", reason.Code, reason.Words));
        if (input.Events?.FirstOrDefault(one => !AuditEvents.Names.Contains(one)) is { } unknown) errors.Add(new("events", "unknown", $"There is no event {unknown}; the docs list them"));
        if (errors.Count > 0) throw AdministrationException.Invalid(errors);
    }

    private WebhookSecret NextOf(Webhook hook)
    {
        try
        {
            return WebhookSecret.Read(master, hook.Id, hook.Secret).Rotate(time.GetUtcNow());
        }
        catch (ConfigurationException)
        {
            return WebhookSecret.Create(); // what cannot be opened signs nothing any more
        }
    }

    private static async ValueTask<Webhook> LockAsync(SqlSession session, string id, string? expected, CancellationToken cancellationToken)
    {
        var hook = await WebhookRows.FindAsync(session, id, isToChange: true, cancellationToken) ?? throw AdministrationException.NotFound("webhook");
        Versions.Require(expected, VersionOf(hook));
        return hook;
    }

    // Without the query: receivers take their token there, and whoever reads the trail is not to send in our name.
    private static string PlaceOf(string url) => new Uri(url).GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    // Who only reads does not send in our name either (security case AD-07).
    private static Webhook For(Operator who, Webhook hook)
    {
        if (!who.Holds(ManagementPermissions.ManageSystem)) hook.Url = PlaceOf(hook.Url);
        return hook;
    }

    private static AuditEntry Entry(Operator who, EventId happened, Webhook hook) => who.Entry(happened) with
    {
        Detail = new System.Text.Json.Nodes.JsonObject { ["webhook"] = hook.Id, ["name"] = hook.Name, ["url"] = PlaceOf(hook.Url), ["enabled"] = hook.IsEnabled }.ToJsonString(),
    };
}
