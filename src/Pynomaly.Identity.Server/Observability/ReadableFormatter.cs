using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Pynomaly.Identity.Server.Observability;

/// <summary>One line an event, for a developer's terminal. Nothing that a caller sent can end the line or move the cursor (CVE-2023-6484).</summary>
internal sealed class ReadableFormatter(TimeProvider time) : ConsoleFormatter(Title)
{
    public const string Title = "readable";

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var line = new StringBuilder(160)
            .Append(time.GetLocalNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)).Append(' ')
            .Append(logEntry.LogLevel switch { LogLevel.Critical => "CRIT ", LogLevel.Error => "ERROR", LogLevel.Warning => "warn ", LogLevel.Information => "info ", _ => "debug" }).Append(' ')
            .Append(logEntry.Category.AsSpan(logEntry.Category.LastIndexOf('.') + 1)).Append('[').Append(logEntry.EventId.Id).Append("] ");
        Append(line, logEntry.Formatter(logEntry.State, logEntry.Exception));
        textWriter.WriteLine(line);
        if (logEntry.Exception is { } exception)
        {
            foreach (var part in exception.ToString().Split('\n')) textWriter.WriteLine(Append(new StringBuilder("    "), part.TrimEnd('\r')));
        }
    }

    private static StringBuilder Append(StringBuilder line, string text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c) || c is '\u2028' or '\u2029' || char.GetUnicodeCategory(c) == UnicodeCategory.Format) line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else line.Append(c);
        }

        return line;
    }
}
