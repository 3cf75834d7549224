using System.CommandLine;
using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>The options that say which entries of the audit trail are meant.</summary>
internal sealed class AuditFilters
{
    private readonly Option<string?> _from = Text("--from", "Not before: a day or a time, in UTC.", "TIME");
    private readonly Option<string?> _to = Text("--to", "Not after.", "TIME");
    private readonly Option<string?> _event = Text("--event", "The event's name, for example SignInFailed.", "NAME");
    private readonly Option<string?> _outcome = Text("--outcome", "done or refused.", "OUTCOME");
    private readonly Option<string?> _actor = Text("--actor", "Who did it: a user name or id, a client_id, cli or server.", "WHO");
    private readonly Option<string?> _user = Text("--user", "To whom: a user name or id.", "USER");
    private readonly Option<string?> _client = Text("--client", "With which client.", "CLIENT_ID");
    private readonly Option<string?> _session = Text("--session", "In which session.", "ID");
    private readonly Option<string?> _address = Text("--address", "From which address.", "ADDRESS");
    private readonly Option<string?> _correlation = Text("--correlation-id", "In which request.", "ID");

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option<string?>[])[_from, _to, _event, _outcome, _actor, _user, _client, _session, _address, _correlation]) command.Add(option);
        command.TreatUnmatchedTokensAsErrors = false;
    }

    /// <summary>What was given.</summary>
    public AuditQuery Read(ParseResult result) => new()
    {
        From = AuditQuery.ReadTime("from", result.GetValue(_from)), To = AuditQuery.ReadTime("to", result.GetValue(_to)), Event = result.GetValue(_event), Outcome = result.GetValue(_outcome),
        Actor = result.GetValue(_actor), User = result.GetValue(_user), Client = result.GetValue(_client), Session = result.GetValue(_session), Address = result.GetValue(_address),
        CorrelationId = result.GetValue(_correlation),
    };

    private static Option<string?> Text(string name, string description, string value) => new(name) { Description = description, HelpName = value };
}
