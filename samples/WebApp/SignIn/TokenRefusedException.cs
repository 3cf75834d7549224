namespace Samples.WebApp.SignIn;

/// <summary>The token endpoint said no; <see cref="Error"/> is its code (RFC 6749 §5.2).</summary>
internal sealed class TokenRefusedException(string error) : Exception($"The identity server refused: {error}")
{
    public string Error => error;
}
