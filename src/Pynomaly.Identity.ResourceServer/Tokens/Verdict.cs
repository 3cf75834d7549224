using System.Diagnostics.CodeAnalysis;

namespace Pynomaly.Identity.ResourceServer.Tokens;

/// <summary>What came of looking at a token: the token, or why not.</summary>
internal readonly struct Verdict
{
    private Verdict(AccessToken? token, Refusal? refusal) => (Token, Refusal) = (token, refusal);

    public AccessToken? Token { get; }

    public Refusal? Refusal { get; }

    [MemberNotNullWhen(true, nameof(Token))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool Holds => Token is not null;

    public static implicit operator Verdict(AccessToken token) => new(token, null);

    public static implicit operator Verdict(Refusal refusal) => new(null, refusal);
}
