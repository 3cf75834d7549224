using System.Diagnostics;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Tests.Keys;

/// <summary>The master key: made once, closed to others, and never replaced in silence. Fault F-16.</summary>
public sealed class MasterKeyTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task The_first_start_makes_a_key_that_only_its_user_can_read()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database);

        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes");
        Assert.Equal("600", Mode(node.MasterFile));
        Assert.Equal("700", Mode(node.Options.KeysDirectory));
    }

    [Fact]
    public async Task A_second_start_derives_the_same()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var first = await KeysNode.StartAsync(database);
        await using var second = await KeysNode.StartAsync(database);

        Assert.Equal(first.Master.Derive("refresh tokens", 32), second.Master.Derive("refresh tokens", 32));
        Assert.NotEqual(first.Master.Derive("refresh tokens", 32), first.Master.Derive("something else", 32));
    }

    public static TheoryData<string, string> Damages => new()
    {
        { "missing", "is missing" },
        { "empty", "is damaged" },
        { "truncated", "is damaged" },
        { "bit flip", "is not the master key of this database" },
        { "foreign", "is not the master key of this database" },
        { "huge", "is too large" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_key_that_is_not_this_databases_stops_the_start_and_is_not_replaced(string damage, string says)
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using (var first = await KeysNode.StartAsync(database)) Damage(first.MasterFile, damage);
        await using var node = new KeysNode(database);
        var before = File.Exists(node.MasterFile) ? await File.ReadAllTextAsync(node.MasterFile, None) : null;

        var refusal = await Assert.ThrowsAsync<ConfigurationException>(() => node.Ring.PrepareAsync(None));

        Assert.Contains(node.MasterFile, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.Exists(node.MasterFile) ? await File.ReadAllTextAsync(node.MasterFile, None) : null);
    }

    [Fact]
    public async Task A_database_with_keys_but_without_check_value_takes_only_the_key_that_opens_them()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        string right;
        await using (var first = await KeysNode.StartAsync(database)) right = await File.ReadAllTextAsync(first.MasterFile, None);
        await database.ExecuteAsync("DELETE FROM server_state WHERE name = 'master_key'");

        await using var node = new KeysNode(database);
        Damage(node.MasterFile, "foreign");
        await Assert.ThrowsAsync<ConfigurationException>(() => node.Ring.PrepareAsync(None));

        await File.WriteAllTextAsync(node.MasterFile, right, None);
        await using var again = await KeysNode.StartAsync(database);
        Assert.Equal(2, again.Ring.AlgorithmsInUse.Count);
    }

    [Theory]
    [InlineData("master.key", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, "chmod 0600")]
    [InlineData("master.key", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite, "chmod 0600")]
    [InlineData("", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute, "chmod 0700")]
    public async Task Keys_that_others_can_reach_stop_the_start(string file, UnixFileMode mode, string remedy)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes");
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using (await KeysNode.StartAsync(database)) SetMode(Path.Combine(database.Options.KeysDirectory, file).TrimEnd('/'), mode);
        await using var node = new KeysNode(database);

        var refusal = await Assert.ThrowsAsync<ConfigurationException>(() => node.Ring.PrepareAsync(None));

        Assert.Contains(remedy, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("master.key")]
    [InlineData("")]
    public async Task Keys_of_another_user_stop_the_start(string file)
    {
        Assert.SkipWhen(!OperatingSystem.IsLinux() || Environment.UserName != "root", "Giving a file away takes root on Linux");
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using (await KeysNode.StartAsync(database))
        {
            using var chown = Process.Start("chown", ["65534", Path.Combine(database.Options.KeysDirectory, file)]);
            await chown.WaitForExitAsync(None);
            Assert.Equal(0, chown.ExitCode);
        }

        await using var node = new KeysNode(database);

        var refusal = await Assert.ThrowsAsync<ConfigurationException>(() => node.Ring.PrepareAsync(None));

        Assert.Contains("does not belong", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_came_with_the_checkout_is_closed_before_the_first_key_lies_in_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes");
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        Directory.CreateDirectory(database.Options.KeysDirectory);
        await File.WriteAllTextAsync(Path.Combine(database.Options.KeysDirectory, "README.md"), "what lies here", None);

        await using var node = await KeysNode.StartAsync(database);

        Assert.Equal("700", Mode(node.Options.KeysDirectory));
    }

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("PostgreSql")]
    public async Task Two_nodes_with_two_directories_cannot_both_be_the_first(string provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var first = await KeysNode.StartAsync(database);
        await using var second = new KeysNode(database, settings: o => o with { KeysDirectory = o.KeysDirectory + "-2" });

        await Assert.ThrowsAsync<ConfigurationException>(() => second.Ring.PrepareAsync(None));

        Assert.False(File.Exists(second.MasterFile));
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("foreign")]
    public async Task A_running_server_notices_the_loss_and_goes_on(string damage)
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database);
        Assert.True(node.Master.IsIntact());

        Damage(node.MasterFile, damage == "delete" ? "missing" : damage);

        Assert.False(node.Master.IsIntact());
        Assert.True(Signs(node, "ES256"));
    }

    [Fact]
    public async Task What_is_wrapped_for_one_thing_does_not_open_as_another()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var node = await KeysNode.StartAsync(database);
        var wrapped = node.Master.Wrap([1, 2, 3], "one");
        var changed = (byte[])wrapped.Clone();
        changed[^1] ^= 1;

        Assert.Equal([1, 2, 3], node.Master.TryUnwrap(wrapped, "one"));
        Assert.Null(node.Master.TryUnwrap(wrapped, "another"));
        Assert.Null(node.Master.TryUnwrap(changed, "one"));
        Assert.Null(node.Master.TryUnwrap([], "one"));
    }

    internal static bool Signs(KeysNode node, string algorithm)
    {
        var key = node.Ring.Active(algorithm);
        var signature = new byte[key.SignatureLength];
        key.Sign("data"u8, signature);
        return key.Verify("data"u8, signature);
    }

    private static void Damage(string file, string damage)
    {
        switch (damage)
        {
            case "missing":
                File.Delete(file);
                break;
            case "empty":
                File.WriteAllText(file, "");
                break;
            case "truncated":
                File.WriteAllText(file, File.ReadAllText(file).TrimEnd()[..^4]);
                break;
            case "huge":
                File.AppendAllText(file, new string('#', 100_000));
                break;
            case "bit flip":
                var bytes = File.ReadAllBytes(file);
                bytes[^10] = bytes[^10] == (byte)'A' ? (byte)'B' : (byte)'A';
                File.WriteAllBytes(file, bytes);
                break;
            default:
                File.WriteAllText(file, Convert.ToBase64String(new byte[32]) + "\n");
                break;
        }
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, mode);
    }

    private static string Mode(string path) => OperatingSystem.IsWindows() ? "" : Convert.ToString((int)File.GetUnixFileMode(path), 8);
}
