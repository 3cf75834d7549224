using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>What axe-core finds on a page: the rules of WCAG 2.2 AA and its best practices.</summary>
/// <remarks>Run in the page itself, where it is loaded once a document. The package's own runner opens another page at each run to put the results of frames together; a page with frames is refused here.</remarks>
internal static class Axe
{
    private const string Run = """
        async tags => {
          if (document.querySelector('iframe, frame')) return ['a frame, which is not looked into'];
          const found = await axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
          if (found.passes.length === 0) return ['no rule applied'];
          return found.violations.map(rule => `${rule.id}: ${rule.nodes.map(node => node.html).join(' | ')}`);
        }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string[] Tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    /// <summary>The violations, a line each.</summary>
    public static async Task<string[]> FindAsync(IPage page)
    {
        if (await page.EvaluateAsync<bool>("typeof window.axe === 'undefined'")) await page.EvaluateAsync(Script);
        return await page.EvaluateAsync<string[]>(Run, Tags).WaitAsync(Patience); // where the page has no script it never ends
    }
}
