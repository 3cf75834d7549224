using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Pynomaly.Identity.Bench.Driver;

/// <summary>A person at a browser: follows redirects, keeps cookies, fills in forms.</summary>
internal sealed class Browser(Uri address) : IDisposable
{
    private const string Username = "ada";
    private const string Password = "bench password of ada, long enough";
    private const string RedirectUri = "https://web.pynomaly.local/callback";
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = address };
    private readonly Dictionary<string, string> _cookies = [];

    /// <summary>The code flow with PKCE, to its end; answers the refresh token.</summary>
    public async Task<string> AuthorizeAsync(string clientId, string scope)
    {
        var verifier = Base64(RandomNumberGenerator.GetBytes(32));
        var code = await CodeAsync(AuthorizePath(clientId, scope, verifier));

        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", HttpText.Basic(clientId, Target.Secret));
        request.Content = new FormUrlEncodedContent([new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", RedirectUri), new("code_verifier", verifier)]);
        using var answer = await _http.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"The code was not redeemed: {(int)answer.StatusCode} {body}");
        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty("refresh_token").GetString()!;
    }

    /// <summary>Signs in as somebody who was never here; false when the server was too busy to look.</summary>
    public async Task<bool> SignInAsync(string clientId, string scope)
    {
        _cookies.Clear();
        using var opened = await FollowAsync(await SendAsync(HttpMethod.Get, AuthorizePath(clientId, scope, Base64(RandomNumberGenerator.GetBytes(32))), null));
        if (opened.StatusCode != HttpStatusCode.OK) return false;
        var page = await PageAsync(opened);
        using var answer = await SendAsync(HttpMethod.Post, page.Action, SignInForm(page));
        return answer.StatusCode is HttpStatusCode.Redirect or HttpStatusCode.SeeOther;
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> CodeAsync(string path)
    {
        var answer = await FollowAsync(await SendAsync(HttpMethod.Get, path, null));
        for (var step = 0; step < 4; step++)
        {
            if (answer.Headers.Location is { IsAbsoluteUri: true } location && location.OriginalString.StartsWith(RedirectUri, StringComparison.Ordinal))
            {
                answer.Dispose();
                var code = location.Query.TrimStart('?').Split('&').FirstOrDefault(p => p.StartsWith("code=", StringComparison.Ordinal));
                return Uri.UnescapeDataString(code?[5..] ?? throw new InvalidOperationException($"No code: {location.Query}"));
            }

            if (answer.StatusCode != HttpStatusCode.OK)
                throw new InvalidOperationException($"{answer.RequestMessage!.RequestUri}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            var page = await PageAsync(answer);
            answer.Dispose();
            answer = await FollowAsync(await SendAsync(HttpMethod.Post, page.Action, SignInForm(page)));
        }

        throw new InvalidOperationException("The pages led nowhere.");
    }

    private async Task<HttpResponseMessage> FollowAsync(HttpResponseMessage answer)
    {
        while (answer.Headers.Location is { } location)
        {
            var target = new Uri(answer.RequestMessage!.RequestUri!, location);
            if (target.Authority != address.Authority) return answer;
            answer.Dispose();
            answer = await SendAsync(HttpMethod.Get, target.PathAndQuery, null);
        }

        return answer;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (_cookies.Count > 0) request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(c => $"{c.Key}={c.Value}")));
        if (method == HttpMethod.Post) request.Headers.Add("Origin", address.GetLeftPart(UriPartial.Authority));
        var answer = await _http.SendAsync(request);
        if (answer.Headers.TryGetValues("Set-Cookie", out var set))
        {
            foreach (var cookie in set)
            {
                var pair = cookie.Split(';')[0].Split('=', 2);
                _cookies[pair[0]] = pair[1];
            }
        }

        return answer;
    }

    private static string AuthorizePath(string clientId, string scope, string verifier) =>
        $"/connect/authorize?response_type=code&client_id={clientId}&redirect_uri={Uri.EscapeDataString(RedirectUri)}&scope={Uri.EscapeDataString(scope)}&state=bench"
        + $"&code_challenge={Base64(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))}&code_challenge_method=S256";

    private static async Task<Page> PageAsync(HttpResponseMessage answer) => new(answer.RequestMessage!.RequestUri!, await answer.Content.ReadAsStringAsync());

    private static FormUrlEncodedContent SignInForm(Page page) => new(page.Fill(("username", Username), ("password", Password)));

    private static string Base64(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
