using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Authentication;

namespace Samples.WebApp.Detectors;

/// <summary>Calls the Detectors API in the name of the person who is signed in.</summary>
internal sealed class DetectorsClient(HttpClient http, IHttpContextAccessor context)
{
    public Task<Answer<WhoAmI>> WhoAmIAsync(CancellationToken cancellationToken) => SendAsync<WhoAmI>(HttpMethod.Get, "whoami", null, cancellationToken);

    public Task<Answer<Detector[]>> ListAsync(CancellationToken cancellationToken) => SendAsync<Detector[]>(HttpMethod.Get, "detectors", null, cancellationToken);

    public Task<Answer<Detector>> AddAsync(NewDetector detector, CancellationToken cancellationToken) =>
        SendAsync<Detector>(HttpMethod.Post, "detectors", detector, cancellationToken);

    /// <summary>Asks with this token, and tells the status and why it is so.</summary>
    public async Task<(int Status, string? Reason)> ProbeAsync(string accessToken, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "detectors");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var response = await http.SendAsync(request, cancellationToken);
        return ((int)response.StatusCode, Reason(response));
    }

    private async Task<Answer<T>> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await context.HttpContext!.GetTokenAsync("access_token"));
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK or HttpStatusCode.Created => new(await response.Content.ReadFromJsonAsync<T>(cancellationToken), null),
                HttpStatusCode.Unauthorized => new(default, $"The API does not accept the access token: {Reason(response)}"),
                HttpStatusCode.Forbidden => new(default, $"Your roles do not allow this: {Reason(response)}"),
                _ => new(default, $"The API answered {(int)response.StatusCode}"),
            };
        }
        catch (HttpRequestException)
        {
            return new(default, $"The API at {http.BaseAddress} does not answer. Start it: dotnet run --project samples/DetectorsApi");
        }
    }

    private static string? Reason(HttpResponseMessage response) => response.Headers.WwwAuthenticate.FirstOrDefault()?.Parameter;
}
