namespace Pynomaly.Identity.Server.Commands;

/// <summary>One thing that the doctor looked at.</summary>
internal sealed record Finding(string State, string What, string Says)
{
    public const string Good = "ok";
    public const string Odd = "look";
    public const string Bad = "wrong";
}
