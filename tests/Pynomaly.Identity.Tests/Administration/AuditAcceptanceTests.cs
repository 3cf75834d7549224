using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Sealing;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Administration;

/// <summary>Verifying the audit trail beside the requests, and accepting a break of it, over the API and in the console.</summary>
public abstract class AuditAcceptanceTests(TestServer server) : AdminSuite(server)
{
    [Fact]
    public async Task A_verification_runs_beside_the_requests_and_its_result_stays()
    {
        var reader = await AdminAsync("reader");

        var begun = await AskAsync("POST", "/audit/verifications", reader.Token, status: HttpStatusCode.Accepted);
        var ended = await EndedAsync(reader.Token);

        Assert.Equal(begun.GetProperty("id").GetString(), ended.GetProperty("id").GetString());
        Assert.True(ended.GetProperty("result").GetProperty("entries").GetInt64() >= 0);
        Assert.Equal(reader.Person.Id, ended.GetProperty("by").GetString());
        Assert.Equal(1L, Convert.ToInt64(await Server.ScalarAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'AuditVerified' AND actor = $1", reader.Person.Id), null));
    }

    [Fact]
    public async Task Of_many_that_begin_at_once_one_verification_runs()
    {
        await NoneRunsAsync();
        var now = Server.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        await ExecuteAsync("DELETE FROM server_state WHERE name = 'audit_verification'");
        await ExecuteAsync("INSERT INTO server_state (name, number, text) VALUES ('audit_verification', $1, $2)", now,
            $$"""{"id":"x","state":"running","by":"cli","started":{{now}},"updated":{{now}},"entries":0,"total":1}""");

        await Assert.ThrowsAsync<AdministrationException>(() => Get<AuditVerifications>().StartAsync(Operator.CommandLine, Stop));

        Server.Clock.Move(TimeSpan.FromMinutes(2)); // its node tells nothing any more
        Assert.Equal(AuditVerificationRun.Failed, (await Get<AuditVerifications>().FindAsync(Operator.CommandLine, Stop))!.State);
        var tries = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            try
            {
                return (await Get<AuditVerifications>().StartAsync(Operator.CommandLine, Stop)).Id;
            }
            catch (AdministrationException)
            {
                return null;
            }
        }));
        Assert.NotEmpty(tries.OfType<string>());
        await NoneRunsAsync(); // or the next test begins none
    }

    [Fact]
    public async Task A_break_is_accepted_by_who_manages_the_system_and_proved_themselves_and_says_why()
    {
        var (owner, reader, officer) = (await AdminAsync("owner"), await AdminAsync("reader"), await AdminAsync("security_officer"));
        await SealedAsync();
        await ExecuteAsync("UPDATE audit_events SET actor = 'mallory' WHERE sequence = (SELECT last_sequence FROM audit_seals ORDER BY number DESC LIMIT 1)");
        await AskAsync("POST", "/audit/verifications", reader.Token, status: HttpStatusCode.Accepted);
        var ended = await EndedAsync(reader.Token);
        Assert.False(ended.GetProperty("result").GetProperty("holds").GetBoolean());
        Assert.True(ended.GetProperty("may_accept").GetBoolean());
        var verification = ended.GetProperty("id").GetString();

        await RefusedAsync("POST", "/audit/acceptances", reader.Token, new { verification, reason = "Not mine to say" });
        await RefusedAsync("POST", "/audit/acceptances", officer.Token, new { verification, reason = "Not mine to say" });
        await RefusedAsync("POST", "/audit/acceptances", owner.Token, new { verification, reason = " " }, HttpStatusCode.BadRequest);
        await RefusedAsync("POST", "/audit/acceptances", owner.Token, new { verification = "another", reason = "A test altered it" }, HttpStatusCode.PreconditionFailed);
        await AskAsync("POST", "/audit/acceptances", owner.Token, new { verification, reason = "A test altered it" }, HttpStatusCode.Created);
        await RefusedAsync("POST", "/audit/acceptances", owner.Token, new { verification, reason = "A test altered it" }, HttpStatusCode.Conflict);

        await AskAsync("POST", "/audit/verifications", reader.Token, status: HttpStatusCode.Accepted);
        var again = (await EndedAsync(reader.Token)).GetProperty("result");
        Assert.True(again.GetProperty("holds").GetBoolean(), again.GetRawText());
        Assert.Equal("A test altered it", again.GetProperty("accepted")[0].GetProperty("reason").GetString());
        Assert.Equal(owner.Person.Id, again.GetProperty("accepted")[0].GetProperty("by").GetString());
        Assert.Contains("A test altered it", (string)(await Server.ScalarAsync("SELECT detail FROM audit_events WHERE name = 'AuditBreakAccepted' AND actor = $1", owner.Person.Id))!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unsigned")]
    [InlineData("altered")]
    [InlineData("of_another")]
    [InlineData("renamed")]
    [InlineData("of_another_type")]
    public async Task A_result_that_the_key_of_the_seals_did_not_sign_for_this_verification_is_none(string how)
    {
        var owner = await AdminAsync("owner");
        await AskAsync("POST", "/audit/verifications", owner.Token, status: HttpStatusCode.Accepted);
        await EndedAsync(owner.Token);
        var other = JsonNode.Parse(await StoredAsync())!.AsObject();
        await AskAsync("POST", "/audit/verifications", owner.Token, status: HttpStatusCode.Accepted);
        await EndedAsync(owner.Token);
        var stored = await StoredAsync();
        var row = JsonNode.Parse(stored)!.AsObject();
        var parts = ((string)row["signed"]!).Split('.');
        (row["holds"], row["open"]) = (true, true);
        switch (how)
        {
            case "unsigned":
                row.Remove("signed");
                row["result"] = new JsonObject { ["holds"] = true, ["problems"] = 0, ["findings"] = new JsonArray() };
                break;
            case "altered":
                var payload = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
                payload["result"]!["entries"] = 1_000_000;
                row["signed"] = $"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload.ToJsonString()))}.{parts[2]}";
                break;
            case "of_another":
                row["signed"] = (string)other["signed"]!;
                break;
            case "renamed":
                row["id"] = "another";
                break;
            case "of_another_type":
                var found = new AuditBreak { Through = 1, LastSequence = 1, Standing = "", Problems = 0, IsCut = false, VerifiedAt = Server.Clock.GetUtcNow(), Findings = [] };
                row["signed"] = BreakSignature.Sign(found, await Get<SealKey>().GetAsync(Stop));
                break;
        }

        await ExecuteAsync("UPDATE server_state SET text = $1 WHERE name = 'audit_verification'", row.ToJsonString());

        var told = await AskAsync("GET", "/audit/verification", owner.Token);
        Assert.Equal(AuditVerificationRun.Failed, told.GetProperty("state").GetString());
        Assert.False(told.TryGetProperty("result", out _));
        Assert.False(told.GetProperty("may_accept").GetBoolean());
        await RefusedAsync("POST", "/audit/acceptances", owner.Token, new { verification = told.GetProperty("id").GetString(), reason = "It was written there" }, HttpStatusCode.Conflict);
        await ExecuteAsync("UPDATE server_state SET text = $1 WHERE name = 'audit_verification'", stored);
        Assert.Equal(AuditVerificationRun.Done, (await AskAsync("GET", "/audit/verification", owner.Token)).GetProperty("state").GetString());
    }

    private Task NoneRunsAsync() =>
        Until.TrueAsync(async () => await Get<AuditVerifications>().FindAsync(Operator.CommandLine, Stop) is not { State: AuditVerificationRun.Running }, "the one before to end");

    private async Task<string> StoredAsync() => (string)(await Server.ScalarAsync("SELECT text FROM server_state WHERE name = 'audit_verification'"))!;

    private async Task<JsonElement> EndedAsync(string token)
    {
        JsonElement run = default;
        await Until.TrueAsync(async () => (run = await AskAsync("GET", "/audit/verification", token)).GetProperty("state").GetString() != AuditVerificationRun.Running, "the verification to end");
        Assert.Equal(AuditVerificationRun.Done, run.GetProperty("state").GetString());
        return run;
    }
}

/// <summary>On SQLite.</summary>
public sealed class AuditAcceptanceTestsOnSqlite(SqliteServer server) : AuditAcceptanceTests(server), IClassFixture<SqliteServer>;

/// <summary>On PostgreSQL.</summary>
public sealed class AuditAcceptanceTestsOnPostgreSql(PostgreSqlServer server) : AuditAcceptanceTests(server), IClassFixture<PostgreSqlServer>;
