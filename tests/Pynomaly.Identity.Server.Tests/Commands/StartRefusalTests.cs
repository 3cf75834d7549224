using Microsoft.Data.Sqlite;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Commands;

/// <summary>What the server must not start with ends it with one sentence on standard error, exit code 1, and no stack trace (F-06, F-16, F-29, F-32, F-35).</summary>
public sealed class StartRefusalTests : IDisposable
{
    private readonly Executable _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task A_misspelt_setting()
    {
        Refused(await _server.RunAsync("--Identity:Isuer=https://id.example.org"), "Identity:Isuer", "Identity:Issuer");
    }

    [Fact]
    public async Task A_bad_value()
    {
        Refused(await _server.RunAsync("serve", "--Identity:Lifetimes:AccessToken=ten"), "Identity:Lifetimes:AccessToken", "00:10:00");
    }

    [Fact]
    public async Task A_database_that_a_newer_version_has_migrated()
    {
        await _server.RunAsync("migrate");
        await using (var connection = new SqliteConnection($"Data Source={_server.Database};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO \"__EFMigrationsHistory\" VALUES ('20990101000000_FromTheFuture', '99.0.0')";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        Refused(await _server.RunAsync("serve"), "20990101000000_FromTheFuture", Storage.SchemaVersion.Sqlite[^1]);
    }

    [Fact]
    public async Task A_damaged_database()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_server.Database)!);
        await File.WriteAllTextAsync(_server.Database, new string('x', 8192), TestContext.Current.CancellationToken);

        Refused(await _server.RunAsync("serve"), _server.Database, "backup");
    }

    [Fact]
    public async Task Keys_that_others_may_read()
    {
        await _server.RunAsync("keys", "list");
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes");
            return;
        }

        File.SetUnixFileMode(Path.Combine(_server.Keys, "master.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        Refused(await _server.RunAsync("serve"), "master.key", "0600");
    }

    [Fact]
    public async Task A_master_key_that_is_gone()
    {
        await _server.RunAsync("keys", "list");
        File.Delete(Path.Combine(_server.Keys, "master.key"));

        Refused(await _server.RunAsync("serve"), "master.key", "backup");
        Assert.False(File.Exists(Path.Combine(_server.Keys, "master.key")));
    }

    [Fact]
    public async Task A_configuration_file_that_does_not_hold_together()
    {
        var file = _server.Write("clients.json", """{ "applications": [ { "client_id": "web", "client_secret": "short", "redirect_uris": ["https://web.example/cb"] } ] }""");

        Refused(await _server.RunAsync("serve", "--apply", file), "applications[0].client_secret", "128 bits");
    }

    [Fact]
    public async Task Roots_of_attestation_that_are_none()
    {
        var roots = Path.Combine(_server.Directory, "roots");

        Refused(await _server.RunAsync("serve", "--Identity:Passkeys:Attestation=Required", $"--Identity:Passkeys:AttestationRoots={roots}"), roots, "root certificates");
    }

    [Fact]
    public async Task A_list_of_breached_passwords_that_is_none()
    {
        var list = _server.Write("breached.txt", "password\n12345678\n");

        Refused(await _server.RunAsync("serve", $"--Identity:Passwords:BreachedList={list}"), list, "HASH:COUNT");
    }

    [Fact]
    public async Task A_port_that_is_taken()
    {
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();

        Refused(await _server.RunAsync("serve", "--urls", $"http://{other.LocalEndpoint}"), "in use", "--urls");
    }

    private static void Refused(Executable.Outcome outcome, params string[] said)
    {
        Assert.Equal(1, outcome.Code);
        var sentence = outcome.Error.Trim().Split('\n').Last();
        Assert.All(said, word => Assert.Contains(word, sentence, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("   at ", outcome.Error + outcome.Output, StringComparison.Ordinal);
    }
}
