namespace Pynomaly.Identity.Tokens;

/// <summary>What a redemption yields: the number of the access token within its grant, and the generation of the refresh token, if one goes with it.</summary>
public sealed record Redemption(long TokenNumber, long? RefreshGeneration);
