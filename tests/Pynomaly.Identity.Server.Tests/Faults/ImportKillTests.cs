using System.Globalization;
using System.Text;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Faults;

/// <summary>kill -9 in the middle of an import: it goes on where it was, and everybody comes in once.</summary>
public sealed class ImportKillTests
{
    private const int People = 20_000;
    private const int Kills = 3;

    [Fact]
    public async Task An_import_that_is_killed_three_times_brings_everybody_in_once()
    {
        using var server = new KilledServer();
        var file = server.PathOf("users.csv");
        await File.WriteAllTextAsync(file, Csv());
        var (planned, foretold) = await server.CommandAsync("import", "pynomaly", file, "--dry-run");
        Assert.True(planned == 0, foretold);
        // The batch that comes to the gate is never done with: who is to kill the import in its middle finds it there, however fast it is and however late he comes.
        await server.ExecuteAsync("CREATE TABLE gate (position INTEGER NOT NULL)");
        await server.ExecuteAsync("INSERT INTO gate VALUES (0)");
        await server.ExecuteAsync("CREATE TRIGGER shut AFTER UPDATE OF position ON imports WHEN NEW.position > (SELECT position FROM gate) BEGIN SELECT (WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT COUNT(*) FROM n); END");
        long reached = 0;

        for (var kill = 0; kill < Kills; kill++)
        {
            await server.ExecuteAsync($"UPDATE gate SET position = {(kill + 1) * People / (Kills + 1)}");
            using var import = server.Begin(["import", "pynomaly", file, .. kill == 0 ? Array.Empty<string>() : ["--resume"]]);
            try
            {
                await Until.TrueAsync(async () => import.HasExited || await server.NumberAsync("SELECT position FROM imports") > reached, $"the import goes on after {reached}");
                Assert.False(import.HasExited, $"The import did not go on after {reached}");
            }
            finally
            {
                import.Kill(entireProcessTree: true); // SIGKILL: nothing is said, nothing is flushed
                await import.WaitForExitAsync();
            }

            reached = (await server.NumberAsync("SELECT position FROM imports"))!.Value;
            Assert.InRange(reached, 500, People - 1);
            Assert.Equal(reached, await server.NumberAsync("SELECT COUNT(*) FROM users WHERE user_name LIKE 'import-%'")); // each batch is whole, with its position
        }

        await server.ExecuteAsync("DROP TRIGGER shut");
        var (again, refused) = await server.CommandAsync("import", "pynomaly", file);
        Assert.True(again == 1 && refused.Contains("--resume", StringComparison.Ordinal), refused);
        var (code, told) = await server.CommandAsync("import", "pynomaly", file, "--resume");
        Assert.True(code == 0, told);

        Assert.Equal(People, await server.NumberAsync("SELECT COUNT(DISTINCT user_name) FROM users WHERE user_name LIKE 'import-%'"));
        Assert.Equal(People, await server.NumberAsync("SELECT COUNT(*) FROM users WHERE user_name LIKE 'import-%'"));
        Assert.Equal(People, await server.NumberAsync("SELECT created FROM imports WHERE state = 'done' AND skipped = 0 AND refused = 0"));
        Assert.Equal(1, await server.NumberAsync("SELECT COUNT(*) FROM imports"));
        Assert.Equal(Kills + 1, await server.NumberAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'ImportBegun'"));
        Assert.Equal("ok", await server.IntegrityAsync());
    }

    private static string Csv()
    {
        var text = new StringBuilder("id,username,email,is_active,created_at\n");
        for (var i = 0; i < People; i++) text.Append(CultureInfo.InvariantCulture, $"{i},import-{i:D5},import-{i:D5}@example.org,true,2024-01-01T00:00:00Z\n");
        return text.ToString();
    }
}
