using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>A person of one test's own, with the password of everybody here.</summary>
public sealed record TestPerson(string Id, string Name)
{
    /// <summary>Enters one, with or without an authenticator app, in the roles.</summary>
    public static async Task<TestPerson> AddAsync(TestServer server, bool withApp = false, params string[] roles)
    {
        var person = new TestPerson($"id-{Guid.NewGuid():N}", $"p-{Guid.NewGuid():N}");
        var now = server.Clock.GetUtcNow();
        await using var context = server.Services.GetRequiredService<ContextFactory>().CreateDbContext();
        context.Users.Add(new User
        {
            Id = person.Id, UserName = person.Name, NormalizedUserName = AccountNames.Normalize(person.Name), Email = $"{person.Name}@example.org",
            NormalizedEmail = AccountNames.Normalize($"{person.Name}@example.org"), EmailConfirmed = true, PasswordHash = TestData.HashOfPassword, Created = now, Updated = now,
            SecurityStamp = Guid.NewGuid().ToString(),
        });
        foreach (var role in roles) context.UserRoles.Add(new() { UserId = person.Id, RoleId = context.Roles.Single(one => one.Name == role).Id });
        await context.SaveChangesAsync();
        if (withApp) await AddAppAsync(server, person);
        return person;
    }

    /// <summary>Gives the person an authenticator app.</summary>
    public static async Task AddAppAsync(TestServer server, TestPerson person)
    {
        var seed = Seed(Totp.StepOf(server.Clock.GetUtcNow()));
        await using var context = server.Services.GetRequiredService<ContextFactory>().CreateDbContext();
        context.Authenticators.Add(server.Services.GetRequiredService<TotpSeeds>().Create(person.Id, "Phone", seed, server.Clock.GetUtcNow()));
        await context.SaveChangesAsync();
        server.Apps.Scan(person.Name, Base32.Encode(seed));
    }

    // One whose codes of the next half hour all differ: one of a hundred thousand codes is that of another step near by, too.
    private static byte[] Seed(long now)
    {
        while (true)
        {
            var seed = RandomNumberGenerator.GetBytes(Totp.SeedLength);
            if (Enumerable.Range(-12, 72).Select(step => Totp.Code(seed, now + step)).Distinct().Count() == 72) return seed;
        }
    }

    /// <summary>Signs in with a code, trusts the browser, and loses the session.</summary>
    public async Task TrustAsync(Browser browser)
    {
        await browser.SubmitAsync(await browser.PendingAsync(Name), "verify", ("code", browser.Server.Apps.Code(Name)), ("trust", "true"));
        await browser.Server.ExecuteAsync("UPDATE sessions SET ended = 1 WHERE user_id = $1", Id);
    }
}
