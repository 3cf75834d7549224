using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.SelfService;

/// <summary>How making or rotating one's own API key ended.</summary>
public abstract record OwnApiKeyResult
{
    private OwnApiKeyResult()
    {
    }

    /// <summary>It is done: the key, shown this once.</summary>
    public sealed record Made(MadeApiKey Key) : OwnApiKeyResult;

    /// <summary>What was written cannot stand.</summary>
    public sealed record Refused(IReadOnlyList<FieldProblem> Problems) : OwnApiKeyResult;

    /// <summary>The proof of who asks is too old or too weak (<see cref="Confirmation"/>).</summary>
    public sealed record NotConfirmed : OwnApiKeyResult;

    /// <summary>The person has as many living keys as there may be.</summary>
    public sealed record Full(int Most) : OwnApiKeyResult;

    /// <summary>There is no such living key of this person, or people make none here.</summary>
    public sealed record Unknown : OwnApiKeyResult;
}
