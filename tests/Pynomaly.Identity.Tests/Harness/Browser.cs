using System.Net;
using System.Text.RegularExpressions;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>A browser without script: keeps cookies, fills in forms, follows redirects only when told to.</summary>
public sealed partial class Browser : IDisposable
{
    private readonly HttpClient _http;

    internal Browser(HttpMessageHandler handler, TestServer server)
    {
        Server = server;
        Cookies = new CookieContainer();
        _http = new HttpClient(new CookieHandler(handler, Cookies)) { BaseAddress = new Uri(TestServer.Issuer), Timeout = TestServer.LongestRequest };
    }

    /// <summary>What the browser keeps.</summary>
    public CookieContainer Cookies { get; }

    /// <summary>The server that it talks to.</summary>
    public TestServer Server { get; }

    /// <summary>Opens a path or URL, without following.</summary>
    public Task<HttpResponseMessage> GetAsync(string url) => _http.GetAsync(url);

    /// <summary>Sends a request.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _http.SendAsync(request);

    /// <summary>Posts form fields.</summary>
    public Task<HttpResponseMessage> PostAsync(string url, params (string Name, string Value)[] fields) =>
        _http.PostAsync(url, new FormUrlEncodedContent(fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value))));

    /// <summary>Follows redirects as long as they stay on the server; answers the page, or the redirect that leaves it.</summary>
    public async Task<HttpResponseMessage> FollowAsync(HttpResponseMessage response)
    {
        for (var hop = 0; hop < 10; hop++)
        {
            if (response.Headers.Location is not { } location) return response;
            var target = new Uri(new Uri(TestServer.Issuer), location);
            if (target.GetLeftPart(UriPartial.Authority) != TestServer.Issuer) return response;
            response = await _http.GetAsync(target);
        }

        throw new InvalidOperationException("Ten redirects in a row.");
    }

    /// <summary>Fills in the page's form and posts it, with its hidden fields, to its own action; the button's name and value count too when it has them.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(HttpResponseMessage page, string? button = null, params (string Name, string Value)[] fields)
    {
        var html = await page.Content.ReadAsStringAsync();
        if (button is null) html = html.Split("<footer")[0]; // a page's own form, not the choice of a language below it
        var forms = Form().Matches(html).Where(form => button is null || form.Value.Contains($"id=\"{button}\"", StringComparison.Ordinal)).ToArray();
        if (forms.Length == 0) throw new InvalidOperationException($"The page {page.RequestMessage?.RequestUri} has no form{(button is null ? "" : $" with {button}")}: {html}");
        var text = forms[^1].Value;
        var action = Attribute(Open().Match(text).Value, "action") is { Length: > 0 } given ? given : page.RequestMessage!.RequestUri!.PathAndQuery;
        if (action.StartsWith('?')) action = page.RequestMessage!.RequestUri!.AbsolutePath + action; // RFC 3986 §5.2.2: on the page's own path
        List<(string, string)> all = [];
        foreach (var input in Input().Matches(text).Select(match => match.Value))
        {
            if (Attribute(input, "name") is not { } name) continue;
            var filled = Array.FindIndex(fields, field => field.Name == name || field.Name == Attribute(input, "id"));
            if (filled >= 0) all.Add((name, fields[filled].Value));
            else if (input.Contains("type=\"hidden\"", StringComparison.Ordinal)) all.Add((name, Attribute(input, "value") ?? ""));
        }

        if (button is not null && Button().Matches(text).Select(match => match.Value).FirstOrDefault(one => Attribute(one, "id") == button) is { } pressed && Attribute(pressed, "name") is { } buttonName)
            all.Add((buttonName, Attribute(pressed, "value") ?? ""));
        if (button is not null && Button().Matches(text).Select(match => match.Value).FirstOrDefault(one => Attribute(one, "id") == button) is { } other && Attribute(other, "formaction") is { } elsewhere)
            action = elsewhere;
        return await PostAsync(action, [.. all]);
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private static string? Attribute(string tag, string name)
    {
        var match = Regex.Match(tag, $@"\s{name}=""([^""]*)""");
        return match.Success ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;
    }

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("<form[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Open();

    [GeneratedRegex("<input[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Input();

    [GeneratedRegex("<button[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Button();

    private sealed class CookieHandler(HttpMessageHandler inner, CookieContainer cookies) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var uri = request.RequestUri!.IsAbsoluteUri ? request.RequestUri : new Uri(new Uri(TestServer.Issuer), request.RequestUri);
            if (!request.Headers.Contains("Cookie") && cookies.GetCookieHeader(uri) is { Length: > 0 } header) request.Headers.Add("Cookie", header);
            var response = await base.SendAsync(request, cancellationToken);
            if (response.Headers.TryGetValues("Set-Cookie", out var set))
                foreach (var cookie in set) cookies.SetCookies(uri, cookie);
            return response;
        }
    }
}
