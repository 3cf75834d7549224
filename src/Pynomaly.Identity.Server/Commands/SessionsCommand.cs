using System.CommandLine;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"sessions" and "grants": where people are signed in, and what they allowed clients.</summary>
internal static class SessionsCommand
{
    private const int Usual = 200;

    /// <summary>"sessions".</summary>
    public static Command Create() => new("sessions", "List and end browser sessions.") { List(), OperationCommand.Create("show", "Show a session: whose it is, how they signed in, and the grants made in it.", OperationCommand.Named("SID", "The session's id, as sessions list shows it.")), End("end", "SID", "End a session, and every grant made in it.", (session, id, stop) => session.Get<SessionAdministration>().EndAsync(Operator.CommandLine, id, stop), "The session has ended.") };

    /// <summary>"grants".</summary>
    public static Command CreateGrants() => new("grants", "List, show and end what people allowed clients.") { ListGrants(), ShowGrant(), End("end", "ID", "End a grant, and every token that came of it.", (session, id, stop) => session.Get<GrantAdministration>().EndAsync(Operator.CommandLine, id, stop), "The grant has ended.") };

    private static Command List()
    {
        var (user, client, all, limit, json) = (User(), Client(), All(), Limit(), Options.Json());
        var command = new Command("list", "Show living browser sessions, the newest first.") { user, client, all, limit, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var filter = new SessionFilter { UserId = await PersonAsync(session, result.GetValue(user), stop), ClientId = result.GetValue(client), All = result.GetValue(all) };
            Output.List(result.GetValue(json), await Parts.AllAsync(after => session.Get<SessionAdministration>().ListAsync(Operator.CommandLine, filter, after, Cursors.Most, stop), result.GetValue(limit)),
                one => [("sid", one.Id), ("user", one.UserName), ("state", one.State), ("acr", one.Acr), ("address", one.Address), ("created", one.Created), ("last_seen", one.LastSeen), ("expires", one.Expires)], "There are no sessions.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command ListGrants()
    {
        var (user, client, all, limit, json) = (User(), Client(), All(), Limit(), Options.Json());
        var command = new Command("list", "Show living grants, the newest first.") { user, client, all, limit, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var filter = new GrantFilter { UserId = await PersonAsync(session, result.GetValue(user), stop), ClientId = result.GetValue(client), All = result.GetValue(all) };
            Output.List(result.GetValue(json), await Parts.AllAsync(after => session.Get<GrantAdministration>().ListAsync(Operator.CommandLine, filter, after, Cursors.Most, stop), result.GetValue(limit)),
                one => [("id", one.Id), ("user", one.UserName), ("client_id", one.ClientId), ("scopes", one.Scopes), ("offline", one.IsOffline), ("state", one.State), ("created", one.Created), ("last_used", one.LastUsed)], "There are no grants.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command ShowGrant()
    {
        var id = new Argument<string>("ID") { Description = "The grant's id, as grants list shows it." };
        var json = Options.Json();
        var command = new Command("show", "Show a grant, with the jtis of its access tokens that may still live.") { id, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var grant = await session.Get<GrantAdministration>().GetAsync(Operator.CommandLine, result.GetValue(id)!, stop);
            Output.Facts(result.GetValue(json),
            [
                ("id", grant.Id), ("user_id", grant.UserId), ("user", grant.UserName), ("client_id", grant.ClientId), ("session_id", grant.SessionId), ("scopes", grant.Scopes), ("resources", grant.Resources),
                ("offline", grant.IsOffline), ("generation", grant.Generation), ("state", grant.State), ("acr", grant.Acr), ("created", grant.Created), ("last_used", grant.LastUsed), ("expires", grant.Expires),
                ("ended", grant.Ended), ("end_reason", grant.EndReason), ("jtis", grant.LivingTokens),
            ]);
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command End(string verb, string name, string description, Func<Session, string, CancellationToken, Task> act, string done)
    {
        var id = new Argument<string>(name);
        var command = new Command(verb, description) { id };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            await act(session, result.GetValue(id)!, stop);
            Output.Tell(result, done);
            return ExitCodes.Success;
        });
        return command;
    }

    private static async Task<string?> PersonAsync(Session session, string? name, CancellationToken cancellationToken) =>
        name is null ? null : await session.Get<People>().FindIdAsync(Operator.CommandLine, name, cancellationToken) ?? throw new ConfigurationException($"There is no account \"{name}\".");

    private static Option<string?> User() => new("--user") { Description = "Only those of a person, by user name or id.", HelpName = "NAME" };

    private static Option<string?> Client() => new("--client") { Description = "Only those of a client.", HelpName = "CLIENT_ID" };

    private static Option<bool> All() => new("--all") { Description = "Those that have ended too." };

    private static Option<int> Limit() => new("--limit") { Description = $"How many at most; {Usual} when nothing is said.", DefaultValueFactory = _ => Usual, HelpName = "NUMBER" };
}
