using System.Data.Common;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Auditing;

/// <summary>Entries of the audit trail as they are read.</summary>
internal static class AuditRows
{
    /// <summary>The columns, in the order of <see cref="Map"/>.</summary>
    public const string Columns = "sequence, at, event_id, name, actor, user_id, client_id, session_id, address, correlation_id, detail, salt, digest";

    /// <summary>The entry of a row.</summary>
    public static AuditEvent Map(DbDataReader row) => new()
    {
        Sequence = row.GetInt64(0), At = row.Time(1), EventId = row.GetInt32(2), Name = row.GetString(3), Actor = row.Text(4), UserId = row.Text(5), ClientId = row.Text(6),
        SessionId = row.Text(7), Address = row.Text(8), CorrelationId = row.Text(9), Detail = row.Text(10), Salt = row.Text(11), Digest = row.Text(12),
    };
}
