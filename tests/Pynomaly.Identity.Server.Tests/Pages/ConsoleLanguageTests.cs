using System.Globalization;
using System.Net;
using System.Resources;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.UI.Resources;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>The console in another language: every page of it, with things on it, has no English left and no text that is missing.</summary>
public sealed partial class ConsoleLanguageTests(ConsoleStaff staff) : IClassFixture<ConsoleStaff>
{
    private const string Refusals = "/admin/roles/-/new /admin/permissions/new /admin/people/new?handler=Account /admin/scopes/-/new /admin/clients/-/new?purpose=web /admin/api-keys/new /admin/webhooks/new /admin/event-receivers/new /admin/abuse?handler=Ban /admin/revocations?handler=Revoke";

    // Looked at beside the pages that the server maps: what only a filter or a question shows.
    private static readonly string[] More =
    [
        "/admin?over=days", "/admin/people?search=nobody-like-that", "/admin/people/new?how=account", "/admin/explain?subject={name}", "/admin/explain?subject={name}&permission=write:detectors", "/admin/explain?subject=nobody-like-that",
        "/admin/explain/token?user={name}&client=console&scope=openid%20pynomaly_api", "/admin/audit?from=yesterday", "/admin/audit?outcome=refused", "/admin/clients?search=nothing-like-it", "/admin/clients/-/new?purpose=web",
        "/admin/clients/-/new?purpose=spa", "/admin/clients/-/new?purpose=native", "/admin/clients/-/new?purpose=service", "/admin/clients/-/new?purpose=resource", "/admin/sessions?state=all", "/admin/grants?state=all",
        "/admin/settings?only=set", "/admin/settings?search=nothing-like-it", "/admin/roles/owner",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("de")]
    [InlineData("ja")]
    public async Task Every_page_of_the_console_speaks_the_reader_s_language(string language)
    {
        using var client = await ClientAsync(language);
        var owner = await staff.PersonAsync("owner");
        await FillAsync();
        var english = Sentences(language);
        List<string> wrong = [];
        foreach (var path in staff.Pages().Select(page => ConsoleStaff.PathOf(page, owner.Id)).Concat(More.Select(path => path.Replace("{name}", owner.Name, StringComparison.Ordinal))))
        {
            using var answer = await client.GetAsync(path, Stop);
            if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest && !path.Contains("from=yesterday", StringComparison.Ordinal)) continue; // not there: the words of Status pages are LanguageTests'
            wrong.AddRange(LeftIn(await answer.Content.ReadAsStringAsync(Stop), language, english).Select(text => $"{path}: {text}"));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Distinct()));
    }

    [Fact]
    public async Task What_is_refused_is_said_in_the_reader_s_language()
    {
        using var client = await ClientAsync("de");
        var english = Sentences("de");
        List<string> wrong = [];
        foreach (var path in Refusals.Split(' '))
        {
            var token = Token().Match(await client.GetStringAsync(path.Split("?handler")[0], Stop)).Groups[1].Value;
            using var form = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["__RequestVerificationToken"] = token, ["name"] = "a b", ["patterns"] = "nonsense", ["username"] = " x", ["email"] = "nonsense", ["redirecturis"] = "nonsense", ["clientname"] = "x", ["service"] = "nobody",
                ["address"] = "http://10.0.0.1/", ["url"] = "http://10.0.0.1/", ["source"] = "nonsense", ["token"] = "nonsense", ["resources"] = "nonsense", ["permissions"] = "nonsense", ["client"] = "nobody", ["how"] = "account",
            });
            using var answer = await client.PostAsync(path, form, Stop);
            var page = await answer.Content.ReadAsStringAsync(Stop);
            if (!WebUtility.HtmlDecode(page).Contains("Das wurde nicht ausgeführt: ", StringComparison.Ordinal)) wrong.Add($"{path}: nothing is refused ({answer.StatusCode})");
            wrong.AddRange(LeftIn(page, "de", english).Select(text => $"{path}: {text}"));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Distinct()));
    }

    [Fact]
    public async Task Why_a_webhook_was_not_taken_is_said_in_the_reader_s_language()
    {
        using var client = await ClientAsync("de");
        await FillAsync();

        Assert.Contains("Die Antwort war 500", await client.GetStringAsync("/admin/webhooks/1", Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_the_console_offers_the_languages_and_stays_where_it_was()
    {
        await using var visit = await staff.OpenAsync("owner", "/admin/roles?x=1");

        await visit.Page.LeaveAsync(() => visit.Page.SelectOptionAsync("#page-language", "fr"));
        Assert.Equal("fr", await visit.Page.GetAttributeAsync("html", "lang"));

        Assert.Equal("/admin/roles?x=1", new Uri(visit.Page.Url).PathAndQuery);
        Assert.Equal("Rôles", await visit.Page.InnerTextAsync("h1"));
    }

    // German has the longest words: what fits a small phone in it fits in all.
    [Fact]
    public async Task No_page_of_the_console_is_wider_than_a_phone_in_the_longest_language()
    {
        var owner = await staff.PersonAsync("owner");
        await FillAsync();
        await using var visit = await staff.OpenAsync("owner", "/admin?ui_locales=de");
        await visit.Page.SetViewportSizeAsync(320, 800);
        List<string> wrong = [];
        foreach (var path in staff.Pages().Select(page => ConsoleStaff.PathOf(page, owner.Id)).Concat(More.Select(path => path.Replace("{name}", owner.Name, StringComparison.Ordinal))))
        {
            await visit.GoAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}ui_locales=de");
            var width = await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            if (width > 320) wrong.Add($"{path}: {width}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static IEnumerable<string> LeftIn(string page, string language, IReadOnlyList<string> english)
    {
        // Code, names and the protocol's own words are nobody's language.
        var shown = WebUtility.HtmlDecode(Foreign().Replace(page, " "));
        Assert.Contains($"lang=\"{language}\"", page, StringComparison.Ordinal);
        var parts = Tag().Replace(shown, tag => $"\n{string.Join('\n', Spoken().Matches(tag.Value).Select(one => one.Groups[1].Value))}\n").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts.Where(part => english.Any(sentence => part.Contains(sentence, StringComparison.Ordinal)) || Key().IsMatch(part) || EnglishWord().IsMatch(part));
    }

    // What English says in four words and more, between its values, and the other language says otherwise.
    private static List<string> Sentences(string language) =>
    [
        .. from type in new[] { typeof(ConsoleTexts), typeof(Texts) }
           let texts = new ResourceManager(type)
           let other = texts.GetResourceSet(CultureInfo.GetCultureInfo(language), createIfNotExists: true, tryParents: false)
           from System.Collections.DictionaryEntry entry in texts.GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!
           where other.GetString((string)entry.Key) != (string)entry.Value!
           from part in Hole().Split((string)entry.Value!)
           where part.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length >= 4
           select part.Trim(),
    ];

    private async Task<HttpClient> ClientAsync(string language)
    {
        var client = await staff.ClientAsync("owner");
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        return client;
    }

    // Things of every kind, so that lists are not empty.
    private async Task FillAsync()
    {
        await using var context = staff.Server.Services.GetRequiredService<ContextFactory>().CreateDbContext();
        if (context.Set<Ban>().Any(ban => ban.Source == "203.0.113.99")) return;
        var now = staff.Server.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        context.Add(new Ban { Source = "203.0.113.99", Reason = "stuffing", Created = now.AddMinutes(-20), Until = now.AddHours(1) });
        context.Add(new Webhook { Id = "1", Name = "Collector", Url = "https://collector.example.org/audit", Secret = "AA==", Created = now, FailedCount = 3, LastError = "The answer was 500", NextAttempt = now.AddDays(1) });
        context.Add(new EventReceiver { Id = "1", Name = "Detectors", Url = "https://detectors.example.org/events", Audience = "https://detectors.example.org", Credential = "AA==", Created = now, FailedCount = 3, LastError = "The answer was 401 (invalid_key), not 202", NextAttempt = now.AddDays(1), IsEnabled = true });
        await context.SaveChangesAsync(Stop);
        await using var visit = await staff.Server.OpenAsync("/signin");
        await visit.SignInAsync((await staff.PersonAsync("owner")).Name, "not the password");
    }

    [GeneratedRegex(@"<(script|style|code|pre|bdi|option)\b[^>]*>.*?</\1>|<(\w+)[^>]*\blang=""en""[^>]*>.*?</\2>", RegexOptions.Singleline)]
    private static partial Regex Foreign();

    [GeneratedRegex("<[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\b(?:aria-label|title|placeholder|alt|data-words|data-done)=""([^""]*)""")]
    private static partial Regex Spoken();

    [GeneratedRegex(@"^[A-Z][A-Za-z]+(\.[\w:-]+)+$")]
    private static partial Regex Key();

    [GeneratedRegex(@"\b(the|of|and|is|are|with|this|that|for|from|which|has|have|there|its|you|your|they|their|within|nobody|ends)\b", RegexOptions.IgnoreCase)]
    private static partial Regex EnglishWord();

    [GeneratedRegex(@"\{\d+(?::[^}]*)?\}|<[^>]+>")]
    private static partial Regex Hole();

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
