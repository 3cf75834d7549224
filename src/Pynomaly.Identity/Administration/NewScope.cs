namespace Pynomaly.Identity.Administration;

/// <summary>A scope that is to be made.</summary>
/// <param name="Name">The scope token.</param>
/// <param name="DisplayName">Shown at consent.</param>
/// <param name="Description">One sentence for the person at consent.</param>
/// <param name="Resources">Audiences of tokens with this scope.</param>
/// <param name="Permissions">Patterns of the permissions that it covers; null: all permissions of its APIs.</param>
public sealed record NewScope(string Name, string? DisplayName, string? Description, IReadOnlyList<string> Resources, IReadOnlyList<string>? Permissions);
