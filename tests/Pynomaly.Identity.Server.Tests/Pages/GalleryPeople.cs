using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Somebody whose account is full to the brim, with everything as long as it may be: the pages must hold it.</summary>
internal static class GalleryPeople
{
    private const string LongName = "Maximiliane Wilhelmina Freifrau von Hohenlohe-Waldenburg-Sch";

    private static readonly string[] Browsers =
    [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
        "curl/8.14.1",
    ];

    /// <summary>Fills the account of a person.</summary>
    public static async Task FillAsync(PageServer server, string userId, CancellationToken cancellationToken)
    {
        var now = server.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        await using var context = server.Services.GetRequiredService<ContextFactory>().CreateDbContext();
        var user = context.Users.Single(one => one.Id == userId);
        user.Profile = new UserProfile { Name = LongName, GivenName = "Maximiliane Wilhelmina", FamilyName = "Freifrau von Hohenlohe-Waldenburg-Sch", Locale = "de-AT", Zoneinfo = "Europe/Vienna" };
        user.Email = "maximiliane.wilhelmina.von.hohenlohe@a-rather-long-department.university.example.org";
        user.NormalizedEmail = AccountNames.Normalize(user.Email);
        user.EmailConfirmed = false;
        user.PasswordChanged = now.AddDays(-400);
        foreach (var own in context.Sessions.Where(one => one.UserId == userId)) own.Acr = AuthenticationLevels.PhishingResistant; // as if the factors below had been proven
        for (var i = 0; i < 14; i++)
        {
            context.Sessions.Add(new Session
            {
                Id = Guid.NewGuid().ToString("N"), KeyHash = Guid.NewGuid().ToString("N"), UserId = userId, AuthTime = now.AddHours(-i), Created = now.AddDays(-i), LastSeen = now.AddHours(-3 * i), Expires = now.AddDays(20),
                UserAgent = Browsers[i % Browsers.Length], Address = i % 3 == 0 ? $"2001:db8:85a3:1234:5678:8a2e:370:{7000 + i}" : $"198.51.100.{i}",
            });
        }

        for (var i = 0; i < 4; i++)
        {
            context.Devices.Add(new Device
            {
                Id = Guid.NewGuid().ToString("N"), KeyHash = Guid.NewGuid().ToString("N"), UserId = userId, UserAgent = Browsers[i], Address = "198.51.100.7", FirstSeen = now.AddDays(-40), LastSeen = now.AddDays(-i), TrustedUntil = now.AddDays(30 - i),
            });
        }

        foreach (var (name, used) in ((string, int)[])[("iCloud Keychain", 1), ("Security key on the keyring that hangs beside the front door", 300), ("Windows Hello", -1)])
        {
            context.Passkeys.Add(new Passkey
            {
                Id = Guid.NewGuid().ToString("N"), UserId = userId, Name = name, PublicKey = "none", Aaguid = Guid.Empty.ToString(), AttestationFormat = "none", IsBackupEligible = used > 0, IsBackedUp = used > 0,
                Created = now.AddDays(-301), LastUsed = used < 0 ? null : now.AddDays(-used),
            });
        }

        var seeds = server.Services.GetRequiredService<TotpSeeds>();
        context.Authenticators.Add(seeds.Create(userId, "The old telephone with the broken glass that lies in the drawer", new byte[20], now.AddYears(-1)));
        foreach (var (client, name) in ((string, string)[])[("long", "The Extraordinarily Long Application Name of the Institute of Anomalies"), (PageServer.Asking, ""), (PageServer.Trusted, "")])
        {
            if (name.Length > 0 && context.Applications.All(one => one.ClientId != client))
                context.Applications.Add(new Application { ClientId = client, Created = now, Updated = now, Metadata = new ClientMetadata { ClientName = name, RedirectUris = [server.RedirectUri], TokenEndpointAuthMethod = "none", Scope = "openid profile email offline_access pynomaly_api" } });
            context.Authorizations.Add(new Model.Authorization
            {
                Id = Guid.NewGuid().ToString("N"), UserId = userId, ClientId = client, Scope = "openid profile email offline_access pynomaly_api", AuthTime = now.AddDays(-9), Acr = "pwd", Amr = "pwd", Created = now.AddDays(-9), Expires = now.AddDays(90),
                IsOffline = client != PageServer.Trusted, LastUsed = now.AddHours(-2), WindowStart = now, AccessTokenLifetime = 600,
            });
        }

        string[] events = ["SignedIn", "SignInFailed", "PasswordChanged", "PasskeyAdded", "ConsentGiven", "OwnSessionEnded", "ProfileChanged", "BackupCodesMade", "FactorFailed", "ConnectionWithdrawn", "DataExported", "SomethingNew"];
        for (var i = 0; i < 70; i++)
        {
            context.AuditEvents.Add(new AuditEvent
            {
                At = now.AddHours(-i), EventId = 5500, Name = events[i % events.Length], Actor = i % 7 == 3 ? "operator" : userId, UserId = userId, ClientId = i % 4 == 0 ? "long" : null, Address = i % 5 == 0 ? null : "2001:db8:85a3:1234:5678:8a2e:370:7334",
            });
        }

        await context.SaveChangesAsync(cancellationToken);
        server.Services.GetRequiredService<ChangeFeed>().Look();
        await server.Services.GetRequiredService<BackupCodes>().MakeAsync(new DefaultHttpContext(), userId, cancellationToken);
    }
}
