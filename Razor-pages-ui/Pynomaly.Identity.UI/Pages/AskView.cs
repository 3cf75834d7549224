namespace Pynomaly.Identity.UI.Pages;

/// <summary>A button that opens a question before something is done that cannot be taken back, and the form that does it. Without script: a native popover.</summary>
internal sealed record AskView
{
    /// <summary>Names the question on the page; the form's button has this id.</summary>
    public required string Id { get; init; }

    /// <summary>The words on the button that asks.</summary>
    public required string Open { get; init; }

    /// <summary>The question.</summary>
    public required string Title { get; init; }

    /// <summary>What it will do.</summary>
    public required string Text { get; init; }

    /// <summary>The verb on the button that does it.</summary>
    public required string Submit { get; init; }

    /// <summary>The handler of the page.</summary>
    public required string Handler { get; init; }

    /// <summary>What the form says: the id of the thing.</summary>
    public string? Value { get; init; }

    /// <summary>A name for those who hear only the button: "Sign out: Firefox, Windows".</summary>
    public string? Label { get; init; }

    /// <summary>What else the form says: names and values.</summary>
    public IReadOnlyList<(string Name, string Value)> More { get; init; } = [];

    /// <summary>What can be asked for with it: names and words of boxes to tick.</summary>
    public IReadOnlyList<(string Name, string Words)> Checks { get; init; } = [];

    /// <summary>False: it can be taken back, or takes nothing away.</summary>
    public bool IsDangerous { get; init; } = true;
}
