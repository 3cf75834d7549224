using System.CommandLine;
using System.Globalization;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>Commands that show what an operation of the administration API tells, in another form than it is told.</summary>
internal static class ApiReports
{
    /// <summary>"clients posture": the findings with their fixes, and how many rules of each profile are met.</summary>
    public static async Task<int> PostureAsync(IAdminConnection api, ParseResult result, CancellationToken cancellationToken)
    {
        var told = (await api.SendAsync(HttpMethod.Get, $"/clients/{ApiCommandRunner.Escape(result.GetValue<string>("CLIENT_ID")!)}/posture", null, null, cancellationToken))!;
        if (result.GetValue<bool>("--json"))
        {
            Output.Json(told);
        }
        else
        {
            Output.List(false, told["findings"]!.AsArray().ToList(), one => [("severity", (string?)one!["severity"]), ("finding", (string?)one["title"]), ("fix", (string?)one["fix"])], "The client falls short of nothing.");
            Console.Out.WriteLine(string.Join(", ", told["scores"]!.AsArray().Select(one => $"{(string?)one!["profile"]} {one["met"]} of {one["of"]}")));
        }

        return (string?)told["worst"] == "high" ? ExitCodes.Refused : ExitCodes.Success;
    }

    /// <summary>"statistics": a row for each hour or day, the newest last.</summary>
    public static async Task<int> StatisticsAsync(IAdminConnection api, ParseResult result, CancellationToken cancellationToken)
    {
        var told = (await api.SendAsync(HttpMethod.Get, ApiCommandRunner.With("/statistics", await ApiCommandRunner.QueryAsync(api, result, cancellationToken)), null, null, cancellationToken))!;
        var begin = DateTimeOffset.Parse((string)told["begin"]!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var step = TimeSpan.FromSeconds((long)told["step_seconds"]!);
        var lines = told["lines"]!.AsObject().Select(line => (line.Key, Values: line.Value!.AsArray().Select(value => (long)value!).ToArray())).ToList();
        Output.List(result.GetValue<bool>("--json"), Enumerable.Range(0, lines[0].Values.Length).ToList(), row => [("from", begin + (row * step)), .. lines.Select(line => (line.Key, (object?)line.Values[row]))], null);
        return ExitCodes.Success;
    }
}
