using Pynomaly.Identity.Server.Tests.Harness;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary><c>samples/strangers/python</c>: Flask and PyJWT as Debian has them.</summary>
public sealed class FlaskApi(StrangersFixture strangers) : StrangerApi(strangers)
{
    private const string Python = "/usr/bin/python3"; // Debian installs packages for its own interpreter, whatever comes first on the PATH

    protected override async Task<string?> WhyMissingAsync() =>
        File.Exists(Python) && (await Command.RunAsync(Python, ["-c", "import flask, jwt, cryptography"])).ExitCode == 0
            ? null : "python3-flask, python3-jwt and python3-cryptography are not installed for /usr/bin/python3";

    private protected override Task<ChildProcess> StartAsync() => ChildProcess.StartOtherAsync(
        Python, Checkout.File("samples/strangers/python"), new Uri(Address, "health"), new Dictionary<string, string>(Settings) { ["PYTHONDONTWRITEBYTECODE"] = "1" },
        "-m", "flask", "--app", "api", "run", "--host", Address.Host, "--port", $"{Address.Port}");
}
