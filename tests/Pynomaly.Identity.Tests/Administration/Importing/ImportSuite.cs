using System.Text;
using System.Text.Json;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Importing;
using Pynomaly.Identity.Tests.Harness;

namespace Pynomaly.Identity.Tests.Administration.Importing;

/// <summary>What the suites of imports share.</summary>
public abstract class ImportSuite(TestServer server) : AdminSuite(server)
{
    protected const string Password = "correct horse battery staple";

    // As passlib 1.7.4 made them of that password: CryptContext(schemes=["bcrypt"]), and an older one that wrote $2a$.
    protected const string Passlib = "$2b$10$btzqKdEmZzBntcHKRO24WuomBJn7R5Xt4rr8gS.r/43GwKULrlWJS";
    protected const string PasslibOld = "$2a$12$91JDe5oZoEr91HvzagkKuuagnDVx0jlZn3ckBicB/xQVcq69f4Zk6";

    /// <summary>What makes the names of this test its own.</summary>
    protected string Tag { get; } = Guid.NewGuid().ToString("N")[..12];

    protected static ImportFile Csv(string name, string headings, params string[] rows) => ImportFile.Of(name, Encoding.UTF8.GetBytes(string.Join('\n', [headings, .. rows])));

    protected static ImportFile Json(string name, object content) => ImportFile.Of(name, JsonSerializer.SerializeToUtf8Bytes(content));

    protected static ImportFile Users(params string[] names) => Csv("users.csv", "username,password_hash", [.. names.Select(name => $"{name},{Passlib}")]);

    protected Task<ImportResult> RunAsync(string kind, IReadOnlyList<ImportFile> files, bool dry = false, bool resume = false, Dictionary<string, string>? roles = null, Operator? who = null, IProgress<ImportProgress>? progress = null, CancellationToken stop = default) =>
        Get<Imports>().RunAsync(who ?? Operator.CommandLine, new ImportRequest { Kind = kind, Files = files, IsDryRun = dry, IsResumed = resume, Roles = roles ?? [] }, progress, stop);

    /// <summary>Where the sign-in leads; null when it is refused.</summary>
    protected async Task<string?> SignInAsync(string name)
    {
        using var browser = Server.Browser();
        return (await browser.SubmitAsync(await browser.GetAsync("/signin"), "sign-in", ("username", name), ("password", Password))).Headers.Location?.OriginalString;
    }

    protected async Task<string> ScalarAsync(string sql, params object?[] values) => (string)(await Server.ScalarAsync(sql, values))!;

    protected Task<string> HashOfAsync(string name) => ScalarAsync("SELECT password_hash FROM users WHERE user_name = $1", name);
}
