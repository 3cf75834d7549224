using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Clients;

/// <summary>Client metadata that may not be registered: which fields, and why (RFC 7591 §3.2.2).</summary>
public sealed class ClientMetadataException(IReadOnlyList<(string Field, Sentence Problem)> problems)
    : Exception(string.Join(". ", problems.Select(problem => $"{problem.Field}: {problem.Problem}")))
{
    /// <summary>Each field with what is wrong with it.</summary>
    public IReadOnlyList<(string Field, Sentence Problem)> Problems { get; } = problems;

    /// <summary>invalid_redirect_uri when a redirect URI is among them, else invalid_client_metadata.</summary>
    public string Error => Problems.Any(problem => problem.Field == "redirect_uris") ? "invalid_redirect_uri" : "invalid_client_metadata";
}
