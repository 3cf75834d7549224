using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>One administrator of each role, signed in with a second factor, each once for all tests of a class.</summary>
public sealed partial class ConsoleStaff(PageServer server) : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, (PagePerson Person, string State)> _signedIn = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>The server.</summary>
    public PageServer Server => server;

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _one.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A page of the console, opened by who has the role; without a role: by somebody who administers nothing.</summary>
    internal async Task<PageVisit> OpenAsync(string role, string path, bool hasScript = true) =>
        await server.OpenAsync(path, new BrowserNewContextOptions { StorageState = (await EnterAsync(role)).State, JavaScriptEnabled = hasScript });

    /// <summary>A program that carries the same cookies, and follows nothing.</summary>
    internal async Task<HttpClient> ClientAsync(string role)
    {
        var cookies = new CookieContainer();
        await using (var visit = await OpenAsync(role, "/account"))
            foreach (var cookie in await visit.Page.Context.CookiesAsync()) cookies.Add(new System.Net.Cookie(cookie.Name, cookie.Value, cookie.Path, cookie.Domain));
        return new HttpClient(new PatientHandler(new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false })) { BaseAddress = new Uri(server.Issuer) };
    }

    /// <summary>The person behind a role.</summary>
    internal async Task<PagePerson> PersonAsync(string role) => (await EnterAsync(role)).Person;

    /// <summary>Every page of the console that the server maps.</summary>
    internal List<CompiledPageActionDescriptor> Pages()
    {
        Assert.SkipWhen(server.IsMissing, "No Chromium here.");
        var pages = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<CompiledPageActionDescriptor>())
            .OfType<CompiledPageActionDescriptor>().Where(page => page.AttributeRouteInfo?.Template?.StartsWith("admin", StringComparison.Ordinal) is true).Distinct().ToList();
        Assert.True(pages.Count > 10);
        return pages;
    }

    /// <summary>The path of a page. What stands in braces is filled in with somebody or something that is there, as far as every installation has it.</summary>
    internal static string PathOf(CompiledPageActionDescriptor page, string person)
    {
        var path = $"/{page.AttributeRouteInfo!.Template}";
        var known = path.Split('/')[2..] switch
        {
            ["people", ..] => person,
            ["roles", ..] => "viewer",
            ["clients", ..] => PageServer.Trusted,
            ["scopes", ..] => "pynomaly_api",
            _ => "1",
        };
        return Part().Replace(path.Replace("{verb}", "read", StringComparison.Ordinal).Replace("{resource}", "detectors", StringComparison.Ordinal), known);
    }

    private async Task<(PagePerson Person, string State)> EnterAsync(string role)
    {
        Assert.SkipWhen(server.IsMissing, "No Chromium here.");
        await _one.WaitAsync();
        try
        {
            if (_signedIn.TryGetValue(role, out var known))
            {
                await server.FreshenSessionsAsync(known.Person);
                return known;
            }

            var person = role.Length == 0 ? await server.AddPersonAsync() : await server.AddPersonAsync(WithApp.Yes, role);
            await using var visit = await server.SignedInAsync(person);
            return _signedIn[role] = (person, await visit.Page.Context.StorageStateAsync());
        }
        finally
        {
            _one.Release();
        }
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Part();
}
