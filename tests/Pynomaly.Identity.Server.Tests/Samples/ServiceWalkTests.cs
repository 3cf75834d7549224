using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Samples;

/// <summary>The walk of the first five minutes without a browser: a service gets a token, the API takes it, it is revoked, the API refuses it.</summary>
[Collection<SamplesCollection>]
public sealed class ServiceWalkTests(SamplesFixture samples)
{
    [Fact]
    public async Task A_revoked_service_token_is_refused_by_the_API()
    {
        using var http = new HttpClient(new PatientHandler(new SocketsHttpHandler()));
        string token = (string)JsonNode.Parse(await PostAsync(http, "token", new() { ["grant_type"] = "client_credentials", ["scope"] = "pynomaly_api" }))!["access_token"]!;
        var first = await CallAsync(http, token);

        await PostAsync(http, "revoke", new() { ["token"] = token });
        var last = await UntilAsync(http, token, HttpStatusCode.Unauthorized);

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.StartsWith("Bearer realm=\"detectors\", error=\"invalid_token\", error_description=\"The access token was revoked\", resource_metadata=", last.Challenge, StringComparison.Ordinal);
    }

    private async Task<(HttpStatusCode Status, string Challenge)> UntilAsync(HttpClient http, string token, HttpStatusCode expected)
    {
        for (int attempt = 0; attempt < 1200; attempt++)
        {
            var answer = await CallAsync(http, token);
            if (answer.Status == expected) return answer;
            await Task.Delay(100);
        }

        Assert.Fail($"Never {expected}:{Environment.NewLine}{samples.Output}");
        return default;
    }

    private async Task<(HttpStatusCode Status, string Challenge)> CallAsync(HttpClient http, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(samples.Api, "detectors"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.SendAsync(request);
        return (answer.StatusCode, answer.Headers.WwwAuthenticate.ToString());
    }

    private async Task<string> PostAsync(HttpClient http, string endpoint, Dictionary<string, string> form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{samples.Issuer}/connect/{endpoint}") { Content = new FormUrlEncodedContent(form) };
        string credentials = $"service-sample:{samples["SAMPLE_SERVICE_SECRET"]}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(credentials)));
        using var answer = await http.SendAsync(request);
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{endpoint}: {body}");
        return body;
    }
}
