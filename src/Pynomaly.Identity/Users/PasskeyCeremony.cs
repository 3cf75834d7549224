namespace Pynomaly.Identity.Users;

/// <summary>A WebAuthn ceremony that has begun: its challenge is kept on the server and used once.</summary>
/// <param name="Handle">Names the ceremony in the form that ends it.</param>
/// <param name="Options">The options for navigator.credentials, as JSON.</param>
public sealed record PasskeyCeremony(string Handle, string Options)
{
    /// <summary>Both, as the script reads them.</summary>
    public string ToJson() => $$"""{"handle":"{{Handle}}","options":{{Options}}}"""; // the handle is base64url
}
