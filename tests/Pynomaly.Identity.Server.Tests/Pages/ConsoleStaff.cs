using System.Collections.Concurrent;
using System.Net;
using Microsoft.Playwright;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>One administrator of each role, signed in with a second factor, each once for all tests of a class.</summary>
public sealed class ConsoleStaff(PageServer server) : IAsyncLifetime
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

    private async Task<(PagePerson Person, string State)> EnterAsync(string role)
    {
        Assert.SkipWhen(server.IsMissing, "No Chromium here.");
        await _one.WaitAsync();
        try
        {
            if (_signedIn.TryGetValue(role, out var known)) return known;
            var person = role.Length == 0 ? await server.AddPersonAsync() : await server.AddPersonAsync(WithApp.Yes, role);
            await using var visit = await server.SignedInAsync(person);
            return _signedIn[role] = (person, await visit.Page.Context.StorageStateAsync());
        }
        finally
        {
            _one.Release();
        }
    }
}
