using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Server.Tests.Harness;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>The application that people sign in to: shows what it was answered, so that a test sees where the browser ended.</summary>
internal sealed class RelyingParty : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RelyingParty(WebApplication app, string address) => (_app, Address) = (app, address);

    public string Address { get; }

    public string RedirectUri => $"{Address}/cb";

    public string SignedOutUri => $"{Address}/out";

    public static async Task<RelyingParty> StartAsync()
    {
        var address = $"http://127.0.0.1:{Ports.Free()}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(address);
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync("The application"));
        await app.StartAsync();
        return new RelyingParty(app, address);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
