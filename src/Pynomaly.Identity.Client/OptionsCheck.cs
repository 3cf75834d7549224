using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Pynomaly.Identity.Client;

/// <summary>Refuses settings that cannot work, with a sentence that names the setting and what to write.</summary>
internal sealed class OptionsCheck(string name) : IValidateOptions<PynomalyTokensOptions>
{
    public ValidateOptionsResult Validate(string? named, PynomalyTokensOptions options)
    {
        if (named != name) return ValidateOptionsResult.Skip;
        var problems = Problems(options).ToArray();
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems.Select(problem => $"AddPynomalyTokens(\"{name}\"): {problem}"));
    }

    private static IEnumerable<string> Problems(PynomalyTokensOptions options)
    {
        if (!Uri.TryCreate(options.Issuer, UriKind.Absolute, out var issuer) || issuer.Query.Length > 0 || issuer.Fragment.Length > 0)
            yield return "Issuer is no address: write the identity server's, for example \"https://id.example.org\"";
        else if (!Transport.IsPrivate(issuer))
            yield return "Issuer is not https: credentials would travel in the clear. Write an https address; http is for loopback only";
        var credentials = new[] { options.ClientSecret, options.PrivateKey, options.ApiKey }.Count(one => !string.IsNullOrEmpty(one));
        if (credentials != 1) yield return $"{(credentials == 0 ? "No credential" : "More than one credential")} is given: write exactly one of ClientSecret, PrivateKey and ApiKey";
        if (string.IsNullOrEmpty(options.ApiKey) && string.IsNullOrEmpty(options.ClientId)) yield return "ClientId is missing: write the id that the client is registered under";
        if (!string.IsNullOrEmpty(options.PrivateKey) && WhyNoKey(options.PrivateKey) is { } reason) yield return $"PrivateKey {reason}: write a private key as PEM, EC on P-256 or RSA of at least 3072 bits";
        foreach (var (place, text) in options.Origins.Index())
        {
            // Of what is written there only its origin is said: before it a password may stand.
            var named = $"Origins[{place}]{(Destinations.OriginOf(text) is { } origin ? $" ({origin})" : "")}";
            if (!IsBareOrigin(text)) yield return $"{named} is no origin: write scheme, host and, where it is not the usual one, port, and nothing else, for example \"https://api.example.org\"";
            else if (!Transport.IsPrivate(new Uri(text))) yield return $"{named} is not https: tokens would travel in the clear. Write an https address; http is for loopback only";
        }

        if (options.MaximumAttempts is < 1 or > 20) yield return "MaximumAttempts is out of range: write a number from 1 to 20";
        if (options.Timeout <= TimeSpan.Zero || options.Timeout > TimeSpan.FromMinutes(5)) yield return "Timeout is out of range: write a time of up to 5 minutes";
        if (options.LongestWait < TimeSpan.Zero || options.LongestWait > TimeSpan.FromMinutes(10)) yield return "LongestWait is out of range: write a time of up to 10 minutes";
    }

    private static bool IsBareOrigin(string text) => Destinations.OriginOf(text) is not null && new Uri(text) is { PathAndQuery.Length: <= 1, Fragment.Length: 0, UserInfo.Length: 0 };

    private static string? WhyNoKey(string pem)
    {
        try
        {
            using var key = ClientKey.Read(pem);
            return null;
        }
        catch (CryptographicException problem)
        {
            return problem.Message; // ours: says what is wrong, never what stands there
        }
    }
}
