using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Pynomaly.Identity.Server.Observability;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Observability;

/// <summary>One event, one line, whatever a caller puts into it (LK-04).</summary>
public sealed class ReadableFormatterTests
{
    [Theory]
    [InlineData("ada\r\n12:00:00.000 info  SignIn[5500] root signed in")]
    [InlineData("\u001b[2J\u001b[31mcleared")]
    [InlineData("a\u2028b\u2029c\u0085d")]
    [InlineData("right\u202Eleft")]
    public void Nothing_that_a_caller_sends_ends_the_line_or_moves_the_cursor(string name)
    {
        using var text = new StringWriter();
        var entry = new LogEntry<string>(LogLevel.Information, "Pynomaly.Identity.Users.SignIn", new EventId(5501), name, null, (state, _) => $"Nobody is called {state}");

        new ReadableFormatter(TimeProvider.System).Write(entry, null, text);

        var line = Assert.Single(text.ToString().TrimEnd('\n').Split('\n'));
        Assert.DoesNotContain(line, c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\u202E');
    }
}
