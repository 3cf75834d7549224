using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>The number that a person quotes and an operator finds in the log.</summary>
internal static class Correlation
{
    /// <summary>The trace's id, which every log line of the request carries.</summary>
    public static string Of(HttpContext context) => Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
}
