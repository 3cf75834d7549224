using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>A person who has everything: two passkeys and two apps with long names, backup codes, a trusted browser, another session, a connected app, a long name; signed in once for all tests.</summary>
public sealed class SettledPerson(MailPageServer server) : IAsyncLifetime
{
    private const string LongName = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissen";
    private string? _state;
    private PagePerson? _person;

    /// <summary>Opens a page where the person is signed in.</summary>
    public async Task<PageVisit> OpenAsync(string path)
    {
        if (_person is not null) await server.FreshenSessionsAsync(_person);
        return await server.OpenAsync(path, new BrowserNewContextOptions { StorageState = _state });
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (server.IsMissing) return;
        var person = _person = await server.AddPersonAsync(WithApp.Yes);
        await using (var context = server.Services.GetRequiredService<ContextFactory>().CreateDbContext())
        {
            var now = server.Clock.GetUtcNow();
            context.Authenticators.Add(server.Services.GetRequiredService<TotpSeeds>().Create(person.Id, LongName, new byte[Totp.SeedLength], now));
            context.Passkeys.AddRange(Passkey(person.Id, "Laptop", now), Passkey(person.Id, LongName, now));
            var user = context.Users.Single(one => one.Id == person.Id);
            user.Profile = new UserProfile { Name = $"{LongName} {LongName}", Nickname = LongName };
            user.EmailConfirmed = false; // so that it asks for it
            await context.SaveChangesAsync();
        }

        await server.Services.GetRequiredService<BackupCodes>().MakeAsync(new DefaultHttpContext(), person.Id, CancellationToken.None);
        await using var other = await server.SignedInAsync(person);
        await using var visit = await server.OpenAsync("/signin");
        await visit.SignInAsync(person.Name);
        await visit.ChooseAppAsync();
        await visit.Page.CheckAsync("#trust");
        await visit.VerifyAsync(person.Code());
        await visit.GoAsync(server.Authorize(MailPageServer.Keeping));
        await visit.Page.ClickAsync("#consent-allow");
        await server.RedeemAsync((await visit.ReturnAsync())["code"]);
        _state = await visit.Page.Context.StorageStateAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A passkey that stands in the list; nobody can sign in with it.</summary>
    internal static Passkey Passkey(string userId, string name, DateTimeOffset now) => new()
    {
        Id = Guid.NewGuid().ToString("N"), UserId = userId, Name = name, PublicKey = "AA", Transports = ["internal"], Aaguid = Guid.Empty.ToString(), AttestationFormat = "none", Created = now,
    };
}
