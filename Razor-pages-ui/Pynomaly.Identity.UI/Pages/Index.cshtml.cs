using Microsoft.AspNetCore.Mvc.RazorPages;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>The server's front door: what this is, and the way on for people and for developers.</summary>
internal sealed class IndexModel(ServerOptions options) : PageModel
{
    /// <summary>The issuer, as clients are configured with it.</summary>
    public string Issuer => options.Issuer;

    /// <summary>The documents that this server publishes, each with the name of its words.</summary>
    public IReadOnlyList<(string Words, string Path)> Documents { get; } =
    [
        ("Home.Configuration", Paths.Configuration),
        ("Home.Keys", Paths.Keys),
        ("Home.Revocations", Paths.Revocations),
        ("Home.Health", Paths.Ready),
    ];

    /// <summary>An address of this server.</summary>
    public string AddressOf(string path) => options.Url(path);
}
