using Microsoft.Extensions.Options;

namespace Pynomaly.Identity.ResourceServer;

/// <summary>Stops the start over a bad setting, with a sentence that names the key, the kind of value and the remedy.</summary>
internal sealed class OptionsCheck : IValidateOptions<PynomalyIdentityOptions>
{
    private static readonly string[] Known = ["ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];

    public ValidateOptionsResult Validate(string? name, PynomalyIdentityOptions options)
    {
        var problems = Problems(options).Select(problem => $"Authentication:Schemes:{name}:{problem}").ToArray();
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(PynomalyIdentityOptions options)
    {
        if (!IsAddress(options.Issuer))
            yield return "Issuer must be the identity server's address, https (http on this machine only) without query and fragment. Write for example https://id.example.org";
        if (string.IsNullOrWhiteSpace(options.Audience))
            yield return "Audience must be this API's name in access tokens, a text. Write for example https://api.example.org";
        else if (options.Resource is null && !IsAddress(options.Audience))
            yield return $"Resource must be the address under which clients call this API, since Audience ({options.Audience}) is not such an address. Write for example https://api.example.org";
        if (options.Resource is { } resource && !IsAddress(resource))
            yield return "Resource must be an address, https (http on this machine only) without query and fragment. Write for example https://api.example.org";

        foreach (var algorithm in options.Algorithms.Except(Known))
            yield return $"Algorithms must name signatures by a private key. Take {algorithm} out, or write one of {string.Join(", ", Known)}";

        if (Outside(options.ClockSkew, 0, 60)) yield return "ClockSkew must be a time of 0 to 60 seconds. Write for example 00:00:10";
        if (Outside(options.MaximumListAge, 5, 3600)) yield return "MaximumListAge must be a time of 5 seconds to 1 hour. Write for example 00:00:30";
        if (Outside(options.FirstReadTimeout, 0, 60)) yield return "FirstReadTimeout must be a time of 0 to 60 seconds. Write for example 00:00:05";
        if (Outside(options.DPoPProofLifetime, 5, 300)) yield return "DPoPProofLifetime must be a time of 5 to 300 seconds. Write for example 00:01:00";
        if (options.VerifiedTokens is < 0 or > 1_000_000) yield return "VerifiedTokens must be a number from 0 to 1000000. Write for example 8192";
        if (!Enum.IsDefined(options.WhenListIsStale)) yield return "WhenListIsStale must be Refuse or Accept. Write Refuse";
        if (options.ClientId is null != options.ClientSecret is null) yield return "ClientId and ClientSecret must be set both or neither. Write the one that is missing";
        if (options.ApiKeyHeader is { } header && (!IsHeaderName(header) || header.Equals("Authorization", StringComparison.OrdinalIgnoreCase)))
            yield return "ApiKeyHeader must be the name of a header other than Authorization. Write for example X-Api-Key";
        if (options is { ApiKeyHeader: not null, AcceptApiKeys: false }) yield return "AcceptApiKeys must be true where ApiKeyHeader is set. Write true, or take ApiKeyHeader out";
        if (options is { AcceptApiKeys: true, RequireSenderConstraint: true }) yield return "AcceptApiKeys must be false where RequireSenderConstraint is true: whoever has a key can present it. Write false";
        if (options.Realm is { } realm && !CanBeQuoted(realm)) yield return "Realm must be a text of printable ASCII without quotation marks and backslashes. Take the others out";
        if (options.Realm is null && !CanBeQuoted(options.Audience))
            yield return "Realm must be set, since Audience is not of printable ASCII without quotation marks and backslashes. Write for example detectors";
    }

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
        && uri.Query.Length == 0 && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0;

    private static bool CanBeQuoted(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.AsSpan().ContainsAny('"', '\\');

    private static bool Outside(TimeSpan value, int leastSeconds, int mostSeconds) => value < TimeSpan.FromSeconds(leastSeconds) || value > TimeSpan.FromSeconds(mostSeconds);

    private static bool IsHeaderName(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));
}
