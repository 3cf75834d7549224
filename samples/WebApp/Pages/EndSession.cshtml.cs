using System.Diagnostics;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using Samples.WebApp.Detectors;
using Samples.WebApp.SignIn;

namespace Samples.WebApp.Pages;

/// <summary>Ends what this application was granted (RFC 7009), then calls the API with the access token it had, until that is refused.</summary>
internal sealed class EndSessionModel(DetectorsClient api, IOptionsMonitor<OpenIdConnectOptions> options) : PageModel
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20), Patience = TimeSpan.FromSeconds(5);

    public List<Attempt> Attempts { get; } = [];

    public Attempt? Refused => Attempts.LastOrDefault(attempt => attempt.Status == StatusCodes.Status401Unauthorized);

    public string? Problem { get; private set; }

    public IActionResult OnGet() => User.Identity?.IsAuthenticated is true ? Page() : Redirect("/");

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        Response.Headers.CacheControl = "no-store";
        string? access = await HttpContext.GetTokenAsync("access_token"), refresh = await HttpContext.GetTokenAsync("refresh_token");
        if (access is null || refresh is null)
        {
            Problem = "This session holds no refresh token that could be ended.";
            return Page();
        }

        try
        {
            await WatchAsync(access, refresh, cancellationToken);
        }
        catch (HttpRequestException)
        {
            Problem = "The identity server or the API does not answer.";
            return Page();
        }

        await HttpContext.SignOutAsync(); // what is left of it here is worth nothing
        return Page();
    }

    private async Task WatchAsync(string access, string refresh, CancellationToken cancellationToken)
    {
        await AddAsync(access, 0, cancellationToken);
        await options.Get(SchemeNames.Pynomaly).RevokeAsync(refresh, cancellationToken);
        var ended = Stopwatch.GetTimestamp();
        do
        {
            if (Attempts.Count > 1) await Task.Delay(Pause, cancellationToken);
            await AddAsync(access, (long)Stopwatch.GetElapsedTime(ended).TotalMilliseconds, cancellationToken);
        }
        while (Refused is null && Stopwatch.GetElapsedTime(ended) < Patience);
    }

    private async Task AddAsync(string access, long milliseconds, CancellationToken cancellationToken)
    {
        var (status, reason) = await api.ProbeAsync(access, cancellationToken);
        Attempts.Add(new Attempt(milliseconds, status, reason));
    }

    /// <summary>One call of the API.</summary>
    internal sealed record Attempt(long Milliseconds, int Status, string? Reason);
}
