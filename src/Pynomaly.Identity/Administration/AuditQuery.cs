using System.Globalization;
using Pynomaly.Identity.Auditing;

namespace Pynomaly.Identity.Administration;

/// <summary>What to look for in the audit trail. Everything that is given has to fit.</summary>
public sealed record AuditQuery
{
    private const int Longest = 256;

    /// <summary>Not before.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Not after.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The event's name.</summary>
    public string? Event { get; init; }

    /// <summary>"done" or "refused".</summary>
    public string? Outcome { get; init; }

    /// <summary>Who did it: a user id or name, a client_id, "cli" or "server".</summary>
    public string? Actor { get; init; }

    /// <summary>To whom: a user id or name.</summary>
    public string? User { get; init; }

    /// <summary>With which client.</summary>
    public string? Client { get; init; }

    /// <summary>In which session.</summary>
    public string? Session { get; init; }

    /// <summary>From which address.</summary>
    public string? Address { get; init; }

    /// <summary>The request's correlation id.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Reads a time of RFC 3339, or a day.</summary>
    /// <exception cref="AdministrationException">It is neither.</exception>
    public static DateTimeOffset? ReadTime(string field, string? text) => string.IsNullOrEmpty(text) ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && time.Year is > 1970 and < 9999 ? time
        : throw AdministrationException.Invalid(field, "no_time", $"Write a time such as 2026-01-31T12:00:00Z");

    /// <summary>Goes on only with values that can stand.</summary>
    /// <exception cref="AdministrationException">Invalid, with the field.</exception>
    internal void Check()
    {
        if (Outcome is not (null or AuditOutcome.Done or AuditOutcome.Refused)) throw AdministrationException.Invalid("outcome", "unknown", $"Write done or refused");
        if (From > To) throw AdministrationException.Invalid("to", "before_from", $"The end lies before the beginning");
        foreach (var (field, text) in Texts())
            if (text is { Length: > Longest } || text?.Contains('\0') == true) throw AdministrationException.Invalid(field, "in_no_entry", $"This can be in no entry");
    }

    /// <summary>What cursors of this search are bound to.</summary>
    internal string Binding => $"audit {Versions.Of([From, To, .. Texts().Select(one => one.Text)])}";

    /// <summary>The texts by their names on the wire.</summary>
    internal IEnumerable<(string Field, string? Text)> Texts() =>
        [("event", Event), ("outcome", Outcome), ("actor", Actor), ("user", User), ("client", Client), ("session", Session), ("address", Address), ("correlation_id", CorrelationId)];
}
