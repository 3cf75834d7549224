using System.Text.Json.Nodes;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>The statements about the last verification of the audit trail: one row for all nodes.</summary>
internal static class AuditVerificationRows
{
    private const string Name = "audit_verification";

    private const string BeginSql = $"""
        INSERT INTO server_state (name, number, text) VALUES ('{Name}', $1, $2)
        ON CONFLICT (name) DO UPDATE SET number = $1, text = $2 WHERE server_state.number < $3 OR server_state.text NOT LIKE '%"state":"{AuditVerificationRun.Running}"%'
        """;

    /// <summary>The last one. One that has not been heard of since was broken off.</summary>
    public static async ValueTask<AuditVerificationRun?> FindAsync(SqlSession session, DateTimeOffset silentSince, CancellationToken cancellationToken)
    {
        var text = await session.FirstAsync($"SELECT text FROM server_state WHERE name = '{Name}'", row => row.Text(0), cancellationToken);
        if (text is null) return null;
        var run = Read(JsonNode.Parse(text)!.AsObject());
        return run.State == AuditVerificationRun.Running && run.Updated < silentSince ? run with { State = AuditVerificationRun.Failed } : run;
    }

    /// <summary>Begins one. False: another runs.</summary>
    public static async ValueTask<bool> BeginAsync(SqlSession session, AuditVerificationRun run, DateTimeOffset silentSince, CancellationToken cancellationToken) =>
        await session.ExecuteAsync(BeginSql, cancellationToken, run.Updated, Write(run), silentSince) == 1;

    /// <summary>Writes how far it is. False: another has begun since.</summary>
    public static async ValueTask<bool> SaveAsync(SqlSession session, AuditVerificationRun run, CancellationToken cancellationToken) =>
        await session.ExecuteAsync($"UPDATE server_state SET number = $1, text = $2 WHERE name = '{Name}' AND text LIKE $3", cancellationToken, run.Updated, Write(run), $"{{\"id\":\"{run.Id}\",\"state\":\"{AuditVerificationRun.Running}\"%") == 1;

    /// <summary>What was found has been accepted; it is not to be accepted again.</summary>
    public static async ValueTask TakeBreakAsync(SqlSession session, CancellationToken cancellationToken)
    {
        var text = await session.FirstAsync($"SELECT text FROM server_state WHERE name = '{Name}'", row => row.Text(0), cancellationToken);
        if (text is null) return;
        var json = JsonNode.Parse(text)!.AsObject();
        json.Remove("break");
        await session.ExecuteAsync($"UPDATE server_state SET text = $1 WHERE name = '{Name}' AND text = $2", cancellationToken, json.ToJsonString(), text);
    }

    // State and id stand first and are plain words: the conditions above read them.
    private static string Write(AuditVerificationRun run)
    {
        var json = new JsonObject
        {
            ["id"] = run.Id, ["state"] = run.State, ["by"] = run.By, ["started"] = run.Started.ToUnixTimeMilliseconds(), ["updated"] = run.Updated.ToUnixTimeMilliseconds(), ["entries"] = run.Entries, ["total"] = run.Total,
        };
        if (run.Result is not null) json["result"] = run.Result.DeepClone();
        if (run.Break is not null) json["break"] = run.Break;
        return json.ToJsonString();
    }

    private static AuditVerificationRun Read(JsonObject json) => new()
    {
        Id = (string)json["id"]!, State = (string)json["state"]!, By = (string)json["by"]!, Started = Time(json["started"]!), Updated = Time(json["updated"]!), Entries = (long)json["entries"]!, Total = (long)json["total"]!,
        Result = json["result"]?.AsObject(), Break = (string?)json["break"],
    };

    private static DateTimeOffset Time(JsonNode node) => DateTimeOffset.FromUnixTimeMilliseconds((long)node);
}
