using System.Text.RegularExpressions;
using Xunit;

namespace Pynomaly.Identity.Tests.House;

/// <summary>What happens to an account is told to its person in words, never by the name of the event.</summary>
public sealed partial class ActivityTextTests
{
    // Nobody reads these in an account: there is none any more, none yet, or nobody knows whose.
    private static readonly string[] Untold = ["AccountDeleted", "Invited", "RegistrationAsked", "SignInThrottled"];

    [Fact]
    public void Every_event_of_people_has_words_on_the_activity_page()
    {
        var texts = File.ReadAllText(Path.Combine(Repository.Root, "Razor-pages-ui/Pynomaly.Identity.UI/Resources/Texts.resx"));

        var offences =
            from room in (string[])["src/Pynomaly.Identity/Users", "src/Pynomaly.Identity/SelfService"]
            from path in Repository.Code(room)
            from Match found in Event().Matches(File.ReadAllText(Path.Combine(Repository.Root, path)))
            let name = found.Groups[1].Value
            where !Untold.Contains(name) && !texts.Contains($"\"Activity.{name}\"", StringComparison.Ordinal)
            select $"Activity.{name}";

        Repository.AssertNone(offences, "Add these texts, in every language:");
    }

    [Fact]
    public void Every_event_of_administration_that_names_a_person_has_words_on_the_activity_page()
    {
        var texts = File.ReadAllText(Path.Combine(Repository.Root, "Razor-pages-ui/Pynomaly.Identity.UI/Resources/Texts.resx"));
        var files = Repository.Code("src/Pynomaly.Identity/Administration").Select(path => File.ReadAllText(Path.Combine(Repository.Root, path))).ToList();
        var names = files.SelectMany(text => Named().Matches(text)).GroupBy(found => found.Groups[1].Value).ToDictionary(group => group.Key, group => group.First().Groups[2].Value);

        // What other rooms enter in the operator's name is told under their names.
        var told = files.SelectMany(text => Entered().Matches(text)).Select(found => names[found.Groups[1].Value]).Concat(["SessionEnded", "AuthorizationEnded", "TokenRevoked"]).Distinct().ToList();

        Assert.True(told.Count >= 12, string.Join(' ', told));
        Repository.AssertNone(told.Where(name => !texts.Contains($"\"Activity.{name}\"", StringComparison.Ordinal)).Select(name => $"Activity.{name}"), "Add these texts, in every language:");
    }

    [GeneratedRegex(@"EventId (\w+) = new\(\d+, (?:nameof\(|"")(\w+)")]
    private static partial Regex Named();

    [GeneratedRegex(@"Log\.(\w+)\) with \{[^}]*\bUserId = ")]
    private static partial Regex Entered();

    [GeneratedRegex(@"= new\(\d+, nameof\((\w+)\)\);")]
    private static partial Regex Event();
}
