using System.Text.Json.Nodes;
using Pynomaly.Identity.Sealing;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration;

/// <summary>The statements about the last verification of the audit trail: one row for all nodes. What came of it counts as the key of the seals signed it: whoever writes to the database writes no result.</summary>
internal static class AuditVerificationRows
{
    private const string Name = "audit_verification";

    private const string BeginSql = $"""
        INSERT INTO server_state (name, number, text) VALUES ('{Name}', $1, $2)
        ON CONFLICT (name) DO UPDATE SET number = $1, text = $2 WHERE server_state.number < $3 OR server_state.text NOT LIKE '%"state":"{AuditVerificationRun.Running}"%'
        """;

    /// <summary>The last one. One that has not been heard of since was broken off, and one that says it is done without a signature came to no end.</summary>
    public static async ValueTask<AuditVerificationRun?> FindAsync(SqlSession session, SealKey.Opened key, DateTimeOffset silentSince, CancellationToken cancellationToken)
    {
        var text = await session.FirstAsync($"SELECT text FROM server_state WHERE name = '{Name}'", row => row.Text(0), cancellationToken);
        if (text is null) return null;
        var run = Read(JsonNode.Parse(text)!.AsObject(), key);
        return run.State == AuditVerificationRun.Running && run.Updated < silentSince ? run with { State = AuditVerificationRun.Failed } : run;
    }

    /// <summary>Begins one. False: another runs.</summary>
    public static async ValueTask<bool> BeginAsync(SqlSession session, AuditVerificationRun run, DateTimeOffset silentSince, CancellationToken cancellationToken) =>
        await session.ExecuteAsync(BeginSql, cancellationToken, run.Updated, Write(run, null), silentSince) == 1;

    /// <summary>Writes how far it is; with the key, what came of it. False: another has begun since.</summary>
    public static async ValueTask<bool> SaveAsync(SqlSession session, AuditVerificationRun run, SealKey.Opened? key, CancellationToken cancellationToken) =>
        await session.ExecuteAsync($"UPDATE server_state SET number = $1, text = $2 WHERE name = '{Name}' AND text LIKE $3", cancellationToken, run.Updated, Write(run, key), $"{{\"id\":\"{run.Id}\",\"state\":\"{AuditVerificationRun.Running}\"%") == 1;

    /// <summary>What was found has been accepted; it is not to be accepted again.</summary>
    public static async ValueTask TakeBreakAsync(SqlSession session, CancellationToken cancellationToken)
    {
        var text = await session.FirstAsync($"SELECT text FROM server_state WHERE name = '{Name}'", row => row.Text(0), cancellationToken);
        if (text is null) return;
        var json = JsonNode.Parse(text)!.AsObject();
        json.Remove("open");
        await session.ExecuteAsync($"UPDATE server_state SET text = $1 WHERE name = '{Name}' AND text = $2", cancellationToken, json.ToJsonString(), text);
    }

    // State and id stand first and are plain words: the conditions above read them.
    private static string Write(AuditVerificationRun run, SealKey.Opened? key)
    {
        var json = ToJson(run);
        if (key is null || run.Result is null) return json.ToJsonString();
        var ended = ToJson(run);
        (ended["result"], ended["break"]) = (run.Result.DeepClone(), run.Break);
        json["signed"] = BreakSignature.SignResult(ended, key);
        if (run.Break is not null) json["open"] = true;
        return json.ToJsonString();
    }

    private static JsonObject ToJson(AuditVerificationRun run) => new()
    {
        ["id"] = run.Id, ["state"] = run.State, ["by"] = run.By, ["started"] = run.Started.ToUnixTimeMilliseconds(), ["updated"] = run.Updated.ToUnixTimeMilliseconds(), ["entries"] = run.Entries, ["total"] = run.Total,
    };

    private static AuditVerificationRun Read(JsonObject json, SealKey.Opened key)
    {
        var run = Read(json);
        if (run.State != AuditVerificationRun.Done) return run;
        if ((string?)json["signed"] is not { } signed || BreakSignature.ReadResult(signed, key) is not { } ended || Read(ended) is not { State: AuditVerificationRun.Done } whole || whole.Id != run.Id)
            return run with { State = AuditVerificationRun.Failed };
        return whole with { Result = ended["result"]!.AsObject(), Break = json.ContainsKey("open") ? (string?)ended["break"] : null };
    }

    private static AuditVerificationRun Read(JsonObject json) => new()
    {
        Id = (string)json["id"]!, State = (string)json["state"]!, By = (string)json["by"]!, Started = Time(json["started"]!), Updated = Time(json["updated"]!), Entries = (long)json["entries"]!, Total = (long)json["total"]!,
    };

    private static DateTimeOffset Time(JsonNode node) => DateTimeOffset.FromUnixTimeMilliseconds((long)node);
}
