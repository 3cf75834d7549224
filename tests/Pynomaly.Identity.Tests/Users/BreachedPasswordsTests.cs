using System.Security.Cryptography;
using System.Text;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

public sealed class BreachedPasswordsTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("breached");

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Every_password_of_the_file_is_found_and_no_other(string lineEnd)
    {
        var known = Enumerable.Range(0, 700).Select(i => $"known {i}").ToArray();
        var list = new BreachedPasswords(Write(known, lineEnd));

        list.Check();

        Assert.All(known, password => Assert.True(list.Contains(password), password));
        Assert.All(Enumerable.Range(0, 700), i => Assert.False(list.Contains($"unknown {i}")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_short_file_is_searched_too(int count)
    {
        var known = Enumerable.Range(0, count).Select(i => $"known {i}").ToArray();
        var path = Write(known, "\n");
        File.WriteAllText(path, File.ReadAllText(path).TrimEnd('\n').ToLowerInvariant());
        var list = new BreachedPasswords(path);

        list.Check();

        Assert.All(known, password => Assert.True(list.Contains(password), password));
        Assert.All(Enumerable.Range(0, 50), i => Assert.False(list.Contains($"unknown {i}")));
    }

    [Fact]
    public void PW_10_A_breached_password_is_refused_with_its_reason()
    {
        var rules = new PasswordRules(new PasswordSettings { BreachedList = Write(["quiet green morning", "caf\u00e9 au lait, s'il vous pla\u00eet"], "\n") });

        Assert.Equal([PasswordProblem.Breached], rules.Check("quiet green morning"));
        Assert.Empty(rules.Check("quiet green evening"));
        // Typed on a machine that writes accents apart, it is the same password.
        Assert.Equal([PasswordProblem.Breached], rules.Check("cafe\u0301 au lait, s'il vous plai\u0302t"));
    }

    [Fact]
    public void A_newer_file_counts_at_once()
    {
        var path = Write(["old secret words"], "\n");
        var rules = new PasswordRules(new PasswordSettings { BreachedList = path });
        Assert.Empty(rules.Check("new secret words"));

        File.Move(Write(["new secret words"], "\n"), path, overwrite: true);

        Assert.Equal([PasswordProblem.Breached], rules.Check("new secret words"));
    }

    [Fact]
    public void A_file_that_is_gone_is_not_taken_for_a_no()
    {
        var path = Write(["known"], "\n");
        var rules = new PasswordRules(new PasswordSettings { BreachedList = path });
        File.Delete(path);

        Assert.Throws<FileNotFoundException>(() => rules.Check("quiet green morning"));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("password\n", "holds a line that is not HASH:COUNT")]
    [InlineData("5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8\n", "holds a line that is not HASH:COUNT")]
    [InlineData("ZZAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:3\n", "holds a line that is not HASH:COUNT")]
    [InlineData("5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:3\n1BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:3\n", "is not ordered by hash")]
    public void A_file_that_is_none_stops_the_start(string content, string why)
    {
        var path = Path.Combine(_directory.FullName, "list.txt");
        File.WriteAllText(path, content);

        var refusal = Assert.Throws<ConfigurationException>(() => new BreachedPasswords(path).Check());

        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_stops_the_start() =>
        Assert.Contains("cannot be read", Assert.Throws<ConfigurationException>(() => new BreachedPasswords(Path.Combine(_directory.FullName, "none")).Check()).Message, StringComparison.Ordinal);

    public void Dispose() => _directory.Delete(recursive: true);

    private string Write(IEnumerable<string> passwords, string lineEnd)
    {
        var path = Path.Combine(_directory.FullName, Guid.CreateVersion7().ToString("N"));
        var lines = passwords.Select((password, i) => $"{Convert.ToHexString(CryptographicOperations.HashData(HashAlgorithmName.SHA1, Encoding.UTF8.GetBytes(password)))}:{Math.Pow(10, i % 7)}").Order(StringComparer.Ordinal);
        File.WriteAllText(path, string.Concat(lines.Select(line => line + lineEnd)));
        return path;
    }
}
