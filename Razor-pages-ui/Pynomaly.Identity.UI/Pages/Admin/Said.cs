using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Importing;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>What the engine says, in the reader's language: by its code and its values. What has no text here is said in the engine's English.</summary>
internal static class Said
{
    private static readonly ResourceManager English = new(typeof(ConsoleTexts));
    private static readonly string[] Troubles = ["push", "status", "late", "connection", "address", "key", "credential"];

    /// <summary>Why something was not done: every field that cannot stand, or the rule against it.</summary>
    public static string Of(AdministrationException refusal, IStringLocalizer<ConsoleTexts> console, IStringLocalizer<Texts> text) =>
        refusal.Errors.Count > 0 ? string.Join(' ', refusal.Errors.Select(problem => Of(problem, console, text))) : Of(refusal.Why, console);

    /// <summary>Why a field cannot stand. Names and addresses of people are refused in the words of the account's own pages.</summary>
    public static string Of(FieldProblem problem, IStringLocalizer<ConsoleTexts> console, IStringLocalizer<Texts> text)
    {
        var values = Values(problem.Words, console);
        return Known(console[$"Refusal.{problem.Field}.{problem.Code}", values]) ?? About(problem.Words, values) ?? Known(console[$"Refusal.{problem.Code}", values])
            ?? Known(text[$"NameProblem.{problem.Code}"]) ?? problem.Detail;
    }

    /// <summary>A refusal in one sentence.</summary>
    public static string Of(Sentence sentence, IStringLocalizer<ConsoleTexts> console) => Known(console[$"Refusal.{sentence.Code}", Values(sentence.Words, console)]) ?? sentence.ToString();

    /// <summary>How something stands that was looked at.</summary>
    public static string Of(HealthItem item, IStringLocalizer<ConsoleTexts> console) => Known(console[$"Health.{item.Says.Code}", Values(item.Says.Words, console)]) ?? item.Says.ToString();

    /// <summary>What an import could not take or keep.</summary>
    public static string Of(ImportNote note, IStringLocalizer<ConsoleTexts> console) => Known(console[$"Imports.Note.{note.Code}"]) ?? note.Sentence;

    /// <summary>An event of the audit trail. Its name is what is searched for, and stands beside; of an event that only another version knows it is all there is.</summary>
    public static string Event(string name, IStringLocalizer<ConsoleTexts> console) => Known(console[$"Event.{name}"]) ?? name;

    /// <summary>What a role, permission or scope is for: our words for what a new installation has, as long as they stand; an operator's own for all else.</summary>
    public static string? Description(string kind, string name, string? stored, IStringLocalizer<ConsoleTexts> console)
    {
        var words = console[$"Described.{kind}.{name}"];
        return !words.ResourceNotFound && English.GetString(words.Name, CultureInfo.InvariantCulture) == stored ? words.Value : stored;
    }

    /// <summary>Why something was not taken elsewhere. It is kept as the sentence that the log has, and known again by its form.</summary>
    public static string Trouble(string kept, IStringLocalizer<ConsoleTexts> console)
    {
        foreach (var name in Troubles)
        {
            var form = Regex.Escape(English.GetString($"Trouble.{name}", CultureInfo.InvariantCulture)!).Replace(@"\{0}", "(.+)", StringComparison.Ordinal);
            if (Regex.Match(kept, $"^{form}$") is { Success: true } found) return console[$"Trouble.{name}", found.Groups[1].Value];
        }

        return kept;
    }

    // A sentence about one value of several: it says why, and which.
    private static string? About(FormattableString words, object[] values) =>
        words.GetArguments() is [Sentence, ..] ? string.Format(CultureInfo.CurrentCulture, words.Format, [values[0].ToString()!.TrimEnd('.', '。'), .. values[1..]]) : null;

    private static object[] Values(FormattableString words, IStringLocalizer<ConsoleTexts> console) => Array.ConvertAll(words.GetArguments(), value => value switch
    {
        Sentence sentence => Of(sentence, console),
        DateTimeOffset moment => Words.Of(moment),
        _ => value ?? "",
    });

    private static string? Known(LocalizedString words) => words.ResourceNotFound ? null : words.Value;
}
