namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Why a page of the console is not shown to an administrator.</summary>
/// <param name="Permission">The permission that it needs and the operator does not hold; null: another rule stands against it.</param>
/// <param name="Why">The rule, in the management layer's words.</param>
internal sealed record ClosedPage(string? Permission, string Why);
