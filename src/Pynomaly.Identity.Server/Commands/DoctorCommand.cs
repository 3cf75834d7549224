using System.CommandLine;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Review;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"doctor": looks at an installation and says what to do.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var posture = new Option<bool>("--posture") { Description = "Look at the clients instead: how each stands against RFC 9700, OAuth 2.1 and FAPI 2.0. Exits with 1 when one has a finding of high severity." };
        var severity = new Option<string?>("--severity") { Description = "With --posture: only clients with a finding of this severity, high, medium or low." };
        var limit = new Option<int?>("--limit") { Description = "With --posture: so many clients at most, the gravest first. All when it is left out." };
        var json = Options.Json();
        var command = new Command("doctor", """
            Check settings, database, keys and clock, and say what to do. Changes nothing. Exits with 1 when something has to be done.

            Examples:
              Pynomaly.Identity.Server doctor --environment Production
              Pynomaly.Identity.Server doctor --posture --severity high --limit 20
              Pynomaly.Identity.Server doctor --posture --json
            """)
        { posture, severity, limit, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            if (result.GetValue(posture)) return await ReviewAsync(result.UnmatchedTokens, new PostureFilter { Severity = result.GetValue(severity) }, result.GetValue(limit) ?? int.MaxValue, result.GetValue(json), stop);
            var findings = await Diagnosis.MakeAsync(result.UnmatchedTokens, stop);
            Output.List(result.GetValue(json), findings, finding => [("state", finding.State), ("what", finding.What), ("says", finding.Says)], null);
            return findings.Any(finding => finding.State == Finding.Bad) ? ExitCodes.Refused : ExitCodes.Success;
        });
        return command;
    }

    private static async Task<int> ReviewAsync(IReadOnlyList<string> settings, PostureFilter filter, int limit, bool json, CancellationToken cancellationToken)
    {
        await using var session = await Session.OpenAsync(settings, cancellationToken);
        var report = session.Get<PostureReport>();
        List<ClientPosture> clients = [];
        string? after = null;
        do
        {
            var page = await report.ListAsync(Operator.CommandLine, filter, after, Math.Clamp(limit - clients.Count, 1, Cursors.Most), cancellationToken);
            clients.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null && clients.Count < limit);
        if (json) Output.Json(new JsonArray([.. clients.Select(Write)]));
        else Output.List(false, [.. clients.SelectMany(client => client.Findings.Select(finding => (client.ClientId, Finding: finding)))],
            one => [("client_id", one.ClientId), ("severity", one.Finding.Severity), ("finding", one.Finding.Title), ("fix", one.Finding.Fix)], "No client falls short of anything.");
        return (await report.SummaryAsync(Operator.CommandLine, cancellationToken)).High > 0 ? ExitCodes.Refused : ExitCodes.Success;
    }

    private static JsonNode Write(ClientPosture client) => new JsonObject
    {
        ["client_id"] = client.ClientId, ["purpose"] = client.Purpose, ["worst"] = client.Worst,
        ["scores"] = new JsonObject(client.Scores.Select(score => KeyValuePair.Create(score.Profile, (JsonNode?)$"{score.Met}/{score.Of}"))),
        ["findings"] = new JsonArray([.. client.Findings.Select(finding => new JsonObject
        {
            ["id"] = finding.Id, ["severity"] = finding.Severity, ["title"] = finding.Title, ["why"] = finding.Why, ["fix"] = finding.Fix,
            ["profiles"] = new JsonArray([.. finding.Profiles.Select(profile => (JsonNode)profile)]),
        })]),
    };
}
