using System.Net;
using System.Text.RegularExpressions;

namespace Pynomaly.Identity.Bench.Driver;

/// <summary>A page as the driver sees it: the form that posts, its fields and what they hold.</summary>
internal sealed partial class Page
{
    private readonly List<KeyValuePair<string, string>> _fields = [];
    private readonly string _html;

    public Page(Uri address, string html)
    {
        _html = html;
        // The one with a password field, else (consent) the first that posts.
        var forms = Form().Matches(html).Where(f => f.Groups["tag"].Value.Contains("post", StringComparison.OrdinalIgnoreCase)).ToArray();
        var form = forms.FirstOrDefault(f => f.Groups["body"].Value.Contains("type=\"password\"", StringComparison.Ordinal))
            ?? forms.FirstOrDefault(f => f.Groups["body"].Value.Contains("consent-allow", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"{address} holds no form:\n{html}");
        var action = Attribute(form.Groups["tag"].Value, "action");
        Action = string.IsNullOrEmpty(action) ? address.PathAndQuery : new Uri(address, action).PathAndQuery;
        foreach (Match field in Field().Matches(form.Groups["body"].Value))
        {
            var name = Attribute(field.Value, "name");
            var isButton = field.Value.StartsWith("<button", StringComparison.OrdinalIgnoreCase);
            if (name is not null && (!isButton || Attribute(field.Value, "id") == "consent-allow")) _fields.Add(new(name, Attribute(field.Value, "value") ?? ""));
        }
    }

    public string Action { get; }

    /// <summary>The form's fields, with the given ones (named by their id) filled in.</summary>
    public IEnumerable<KeyValuePair<string, string>> Fill(params (string Id, string Value)[] values)
    {
        var names = values.ToDictionary(v => NameOf(v.Id), v => v.Value);
        return _fields.Select(f => names.TryGetValue(f.Key, out var value) ? new KeyValuePair<string, string>(f.Key, value) : f).ToArray();
    }

    private string NameOf(string id) =>
        Field().Matches(_html).Where(f => Attribute(f.Value, "id") == id).Select(f => Attribute(f.Value, "name")).FirstOrDefault() ?? id;

    private static string? Attribute(string tag, string name)
    {
        var match = Regex.Match(tag, $"\\s{name}=\"([^\"]*)\"", RegexOptions.IgnoreCase);
        return match.Success ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;
    }

    [GeneratedRegex("(?<tag><form[^>]*>)(?<body>.*?)</form>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Form();

    [GeneratedRegex("<(input|button)[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex Field();
}
