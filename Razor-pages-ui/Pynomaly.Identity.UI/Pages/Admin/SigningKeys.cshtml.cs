using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>The keys that sign tokens, each with its course from published to gone; successors, and the end of one in an emergency.</summary>
internal sealed class SigningKeysModel(CurrentPerson person, Operators operators, SigningKeyAdministration keys) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ViewKeys;

    /// <summary>The key to end.</summary>
    [BindProperty(Name = "id")]
    public string? Id { get; set; }

    /// <summary>"now" lets the successors sign at once.</summary>
    [BindProperty]
    public string? When { get; set; }

    /// <summary>The keys by algorithm.</summary>
    public IReadOnlyList<IGrouping<string, SigningKeyDetails>> Keys { get; private set; } = [];

    /// <summary>Shows them.</summary>
    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>Makes successors of all keys.</summary>
    public async Task<IActionResult> OnPostRotateAsync(CancellationToken cancellationToken)
    {
        await keys.RotateAsync(Operator, null, When == "now", cancellationToken);
        return Told("KeysRotated");
    }

    /// <summary>Ends one.</summary>
    public async Task<IActionResult> OnPostRevokeAsync(CancellationToken cancellationToken)
    {
        await keys.RevokeAsync(Operator, Id ?? "", cancellationToken);
        return Told("KeyRevoked", with: Id);
    }

    /// <inheritdoc/>
    public override Task LoadAsync(CancellationToken cancellationToken)
    {
        Keys = [.. keys.List(Operator).GroupBy(key => key.Algorithm).OrderBy(group => group.Key, StringComparer.Ordinal)];
        return Task.CompletedTask;
    }

    /// <summary>The course of a key: the name of each moment, below "Keys.At.", in their order; those without a time are not known yet.</summary>
    public static IReadOnlyList<(string Name, DateTimeOffset? At)> CourseOf(SigningKeyDetails key) => key.Revoked is { } revoked
        ? [("published", key.Published), ("activates", key.Activates <= revoked ? key.Activates : null), ("revoked", revoked)]
        : [("published", key.Published), ("activates", key.Activates), ("retires", key.Retires ?? key.NextRotation), ("removed", key.Removed)];
}
