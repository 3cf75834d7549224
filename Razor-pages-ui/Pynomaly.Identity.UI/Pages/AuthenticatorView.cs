using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>An authenticator app that is being added, as shown: the QR code's address, and the key in groups of four for typing.</summary>
internal sealed record AuthenticatorView(string Uri, string Key)
{
    /// <summary>The key, easy to read.</summary>
    public string KeyInGroups => string.Join(' ', Key.Chunk(4).Select(group => new string(group)));

    /// <summary>Of an enrolment.</summary>
    public static AuthenticatorView Of(AuthenticatorEnrolment enrolment) => new(enrolment.Uri, enrolment.Key);

    /// <inheritdoc/>
    public override string ToString() => nameof(AuthenticatorView); // the seed does not belong in a log
}
