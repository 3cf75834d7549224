using Pynomaly.Identity.Server.Tests.Harness;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary><c>samples/strangers/python</c>: Flask and PyJWT as Debian has them.</summary>
public sealed class FlaskApi(StrangersFixture strangers) : StrangerApi(strangers)
{
    private const string Python = "/usr/bin/python3"; // Debian installs packages for its own interpreter, whatever comes first on the PATH

    internal static async Task<string?> MissingAsync() =>
        File.Exists(Python) && (await Command.RunAsync(Python, ["-c", "import flask, jwt, cryptography"])).ExitCode == 0
            ? null : "python3-flask, python3-jwt and python3-cryptography are not installed for /usr/bin/python3";

    internal static Task<ChildProcess> StartAsync(Uri address, Uri ready, Dictionary<string, string> settings) => ChildProcess.StartOtherAsync(
        Python, Checkout.File("samples/strangers/python"), ready, new Dictionary<string, string>(settings) { ["PYTHONDONTWRITEBYTECODE"] = "1" },
        "-m", "flask", "--app", "api", "run", "--host", address.Host, "--port", $"{address.Port}");

    protected override Task<string?> WhyMissingAsync() => MissingAsync();

    private protected override Task<ChildProcess> StartAsync() => StartAsync(Address, new Uri(Address, "health"), Settings);
}
