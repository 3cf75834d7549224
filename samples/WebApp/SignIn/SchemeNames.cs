namespace Samples.WebApp.SignIn;

/// <summary>The name under which this program knows the identity server.</summary>
internal static class SchemeNames
{
    public const string Pynomaly = "Pynomaly";
}
