using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Keys;

/// <summary>The Data Protection key ring: encrypted, shared by nodes, and survivable when it is lost. Fault F-18.</summary>
public sealed class DataProtectionKeysTests
{
    [Fact]
    public async Task What_one_node_protects_another_opens()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database);

        var text = Protector(node).Protect("hello");

        Assert.Equal("hello", Protector(node).Unprotect(text));
    }

    [Fact]
    public async Task The_ring_is_encrypted_and_closed_to_others()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database);
        Protector(node).Protect("hello");

        var file = Assert.Single(Directory.GetFiles(Ring(node)));

        var xml = await File.ReadAllTextAsync(file);
        Assert.Contains("masterKeyEncrypted", xml, StringComparison.Ordinal);
        Assert.DoesNotContain("masterKey>", xml.Replace("masterKeyEncrypted>", "", StringComparison.Ordinal), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Theory]
    [InlineData("<key")]
    [InlineData("<!DOCTYPE key [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><key>&e;</key>")]
    [InlineData("missing")]
    public async Task A_lost_ring_voids_what_it_protected_and_nothing_else(string damage)
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database);
        var text = Protector(node).Protect("hello");
        var file = Assert.Single(Directory.GetFiles(Ring(node)));
        if (damage == "missing") File.Delete(file);
        else await File.WriteAllTextAsync(file, damage);

        var fresh = Protector(node);

        Assert.Throws<CryptographicException>(() => fresh.Unprotect(text));
        Assert.Equal("again", fresh.Unprotect(fresh.Protect("again")));
    }

    [Fact]
    public void Nothing_is_read_at_start()
    {
        var services = new ServiceCollection().AddDataProtectionKeys();
        services.AddAntiforgery();

        services.WithoutDataProtectionAtStart();

        Assert.DoesNotContain(services, service => service.ServiceType == typeof(IHostedService));
    }

    private static string Ring(KeysNode node) => Path.Combine(node.Options.KeysDirectory, "data-protection");

    private static IDataProtector Protector(KeysNode node) =>
        new ServiceCollection().AddLogging().AddSingleton(node.Options).AddSingleton(node.Master).AddDataProtectionKeys()
            .BuildServiceProvider().GetRequiredService<IDataProtectionProvider>().CreateProtector("test");
}
