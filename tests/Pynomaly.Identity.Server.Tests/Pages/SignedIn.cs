using System.Buffers.Text;
using System.Text.Json;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>What a client learns of a sign-in: the claims of the ID token that it gets for the code the browser brought. OpenID Connect Core §2.</summary>
internal sealed record SignedIn(string Level, string Methods, DateTimeOffset At)
{
    private static readonly HttpClient Http = new(new PatientHandler(new HttpClientHandler()));

    /// <summary>Redeems the code with the verifier of <see cref="PageServer.Authorize"/> (RFC 7636, appendix B).</summary>
    public static async Task<SignedIn> ReadAsync(PageServer server, PageVisit visit)
    {
        var answer = await visit.ReturnAsync();
        Assert.True(answer.TryGetValue("code", out var code), string.Join('&', answer));
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code", ["client_id"] = PageServer.Trusted, ["code"] = code, ["redirect_uri"] = server.RedirectUri, ["code_verifier"] = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        });
        using var response = await Http.PostAsync($"{server.Issuer}/connect/token", form, TestContext.Current.CancellationToken);
        using var body = JsonDocument.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(body.RootElement.GetProperty("id_token").GetString()!.Split('.')[1]));
        var root = claims.RootElement;
        return new SignedIn(root.GetProperty("acr").GetString()!, string.Join(' ', root.GetProperty("amr").EnumerateArray().Select(method => method.GetString())),
            DateTimeOffset.FromUnixTimeSeconds(root.GetProperty("auth_time").GetInt64()));
    }
}
