using Microsoft.AspNetCore.Http;

namespace Pynomaly.Identity.Users;

/// <summary>What a browser calls itself, as much of it as is kept.</summary>
internal static class UserAgents
{
    private const int Most = 256;

    /// <summary>Null when it says nothing. A character of two code units is not cut in half: PostgreSQL takes no such text.</summary>
    public static string? Of(HttpContext context) => context.Request.Headers.UserAgent.ToString() switch
    {
        { Length: 0 } => null,
        { Length: > Most } text => text[..(char.IsHighSurrogate(text[Most - 1]) ? Most - 1 : Most)],
        var text => text,
    };
}
