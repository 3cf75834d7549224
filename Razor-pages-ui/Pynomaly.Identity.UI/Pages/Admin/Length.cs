using System.Globalization;
using Microsoft.Extensions.Localization;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>A length of time as a setting has it ("7.00:00:00"), in whole words.</summary>
internal static class Length
{
    /// <summary>The words; null for what is no length of time, or none in whole seconds.</summary>
    public static string? Of(string? value, IStringLocalizer<ConsoleTexts> console)
    {
        if (!TimeSpan.TryParseExact(value, "c", CultureInfo.InvariantCulture, out var length) || !value.Contains(':', StringComparison.Ordinal)) return null;
        if (length < TimeSpan.Zero || length.Ticks % TimeSpan.TicksPerSecond != 0) return null;
        (int Number, string Unit)[] parts = [(length.Days, "Day"), (length.Hours, "Hour"), (length.Minutes, "Minute"), (length.Seconds, "Second")];
        var said = parts.Where(part => part.Number > 0).DefaultIfEmpty(parts[^1]);
        return string.Join(' ', said.Select(part => console[$"Length.{part.Unit}{(part.Number == 1 ? "" : "s")}", part.Number].Value));
    }
}
