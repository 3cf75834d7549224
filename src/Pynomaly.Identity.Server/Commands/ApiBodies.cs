using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>Bodies of operations that are more than options one by one.</summary>
internal static class ApiBodies
{
    /// <summary>An account that is to be made: its address counts as proven, as beside the database.</summary>
    public static void Person(ParseResult result, JsonObject body)
    {
        if (body.ContainsKey("email")) body["email_verified"] = true;
        Profile(result, body);
    }

    /// <summary>The name of a person.</summary>
    public static void Profile(ParseResult result, JsonObject body)
    {
        if (result.GetValue<string?>("--name") is { } name) body["profile"] = new JsonObject { ["name"] = name };
    }

    /// <summary>When a further secret ends.</summary>
    public static void SecretEnd(ParseResult result, JsonObject body)
    {
        if (result.GetValue<int?>("--days") is not { } days) return;
        if (days is < 1 or > 3650) throw new UsageException("--days takes a number from 1 to 3650.");
        body["expires"] = Time(TimeSpan.FromDays(days));
    }

    /// <summary>When an API key ends.</summary>
    public static void KeyEnd(ParseResult result, JsonObject body)
    {
        if (result.GetValue<string?>("--for") is not { } life) return;
        if (life == "never") body["never_expires"] = true;
        else body["expires"] = Time(Duration("--for", life));
    }

    /// <summary>Who is to be told: named after its host when nothing else is said.</summary>
    public static void Receiver(ParseResult result, JsonObject body)
    {
        body["name"] ??= Uri.TryCreate((string?)body["url"], UriKind.Absolute, out var uri) ? uri.Host : (string?)body["url"];
        Credential(result, body);
    }

    /// <summary>The credential of a receiver of events.</summary>
    public static void Credential(ParseResult result, JsonObject body)
    {
        if (result.CommandResult.Command.Options.Any(option => option.Name == "--credential") && result.GetValue<string?>("--credential") is { } reference) body["credential"] = ReceiversCommand.CredentialOf(reference);
    }

    /// <summary>A duration.</summary>
    public static TimeSpan Duration(string option, string text) =>
        TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var duration) ? duration : throw new UsageException($"{option} takes a duration, for example 1.00:00:00 for a day.");

    private static string Time(TimeSpan ahead) => (TimeProvider.System.GetUtcNow() + ahead).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
