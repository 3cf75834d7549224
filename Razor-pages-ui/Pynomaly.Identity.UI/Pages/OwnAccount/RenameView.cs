namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>A button that opens a field for another name.</summary>
/// <param name="Key">Names the form on the page: its button has this id.</param>
/// <param name="Value">The id of the thing.</param>
/// <param name="Name">The name that it has.</param>
internal sealed record RenameView(string Key, string Value, string Name);
