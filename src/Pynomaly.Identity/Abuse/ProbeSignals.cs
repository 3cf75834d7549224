using System.Buffers;

namespace Pynomaly.Identity.Abuse;

/// <summary>Texts that nobody sends who does not look for holes: in the path of a request that was refused, in the User-Agent, in a name that failed to sign in.</summary>
/// <remarks>
/// Signals for a score, never a reason to refuse: no request fails because of them, and inputs are safe without them (statements with parameters, encoded output, exact
/// parsing). Paths stand here only when no mail program, feed reader, old link or misplaced application asks for them by itself: /autodiscover, /wp-content and
/// /appsettings.json do not. Plain search over bounded text, no patterns. Never looked at: passwords, codes, tokens, state, redirect URIs, assertions, and any query or body.
/// </remarks>
internal static class ProbeSignals
{
    /// <summary>Most characters that are looked at.</summary>
    public const int Longest = 2048;

    private static readonly Signal[] OfPaths =
    [
        new("known hole", 10,
        [
            "/.env", "/.git/", "/.svn/", "/.aws/", "/.ssh/", "/.htaccess", "/.htpasswd", "/.ds_store", "/web.config", "/wp-login", "/wp-admin",
            "/xmlrpc.php", "/phpmyadmin", "/pma/", "/phpinfo", "/phpunit", "/cgi-bin/", "/actuator/", "/jolokia", "/solr/", "/_ignition/", "/boaform/", "/hnap1", "/gponform/", "/manager/html",
            "/remote/fgt_lang", "/dana-na/", "/vpns/", "/geoserver/", "/console/login", "/telescope/", "/debug/pprof",
            "/id_rsa", "/etc/passwd", "/proc/self/", "/win.ini", "/boot.ini", "/backup.sql", "/dump.sql", "/database.sql", "/docker-compose.yml", "/wlwmanifest.xml", "/eval-stdin.php", "/shell.php",
            "/secrets.json", "/.vscode/", "/.idea/", "/.bash_history", "/sftp-config.json",
        ]),
        new("traversal", 20, ["../", "..\\", "/..;/", "..%2f", "..%5c", "%2e%2e", "..%252f", "%252e%252e", "%c0%ae", "%00", "\0"]),
    ];

    private static readonly Signal[] OfAll =
    [
        new("injection", 20,
        [
            "${jndi:", "$%7bjndi:", "{{7*7}}", "${7*7}", "#{7*7}", "<%=7*7%>", "<script>", "<script ", "<script/", "javascript:alert(", "onerror=", "onload=alert", "<svg/onload", "<img src=x",
            "' or '1'='1", "' or 1=1", "\" or \"1\"=\"1", "\" or 1=1", "') or ('1'='1", "' or 'a'='a", "or 1=1--", "or 1=1#", "admin'--", "admin' --", "' union select ", "union all select ",
            "union select null", " union select 1", ";drop table ", "; drop table ", "'; exec ", "xp_cmdshell", "waitfor delay '", "pg_sleep(", "benchmark(1", "and sleep(", "or sleep(", "information_schema.",
            "load_file('", "into outfile '", "extractvalue(1", "updatexml(1", "() { :;}", "() { :; }", "|cat /etc/", ";cat /etc/", "`cat /etc/", "$(cat /etc/", "/bin/sh -c", "/bin/bash -i",
            "php://input", "php://filter", "data://text/plain;base64", "expect://id", "file:///etc/", "!doctype foo [", "<!entity ",
        ]),
    ];

    private static readonly Signal[] OfAgents =
    [
        new("scanner", 10,
        [
            "sqlmap/", "nikto/", "masscan/", "zgrab/", "projectdiscovery/nuclei", "acunetix", "nessus", "wpscan", "dirbuster", "gobuster/", "feroxbuster/", "ffuf/", "fuzz faster", "arachni/", "jaeles", "w3af.org", "commix/",
            "havij", "morfeus", "zmeu", "libredtail-http",
        ]),
    ];

    /// <summary>What the path of a refused request tells, as it came and decoded: score and names of the signals, 0 and null for none.</summary>
    public static (int Score, string? Names) OfPath(string raw) => Add(Look(Normalize(raw), OfPaths), Look(Normalize(raw), OfAll));

    /// <summary>What the User-Agent of a refused request tells.</summary>
    public static (int Score, string? Names) OfUserAgent(string text) => Add(Look(Normalize(text), OfAgents), Look(Normalize(text), OfAll));

    /// <summary>What a name tells that failed to sign in.</summary>
    public static (int Score, string? Names) OfName(string text) => Look(Normalize(text), OfAll);

    private static (int, string?) Add((int Score, string? Names) a, (int Score, string? Names) b) =>
        (a.Score + b.Score, a.Names is null ? b.Names : b.Names is null ? a.Names : $"{a.Names}, {b.Names}");

    private static (int, string?) Look(string text, Signal[] signals)
    {
        var (score, names) = (0, (string?)null);
        foreach (var signal in signals)
        {
            if (text.AsSpan().IndexOfAny(signal.Texts) < 0) continue;
            score += signal.Score;
            names = names is null ? signal.Name : $"{names}, {signal.Name}";
        }

        return (score, names);
    }

    // The text as it came and, after a line feed, decoded twice and with comments and repeated blanks made one: the usual disguises.
    private static string Normalize(string text)
    {
        if (text.Length > Longest) text = text[..Longest];
        if (text.AsSpan().IndexOfAny("%+*\t") < 0 && !text.Contains("  ", StringComparison.Ordinal)) return text;
        var decoded = Uri.UnescapeDataString(Uri.UnescapeDataString(text));
        var plain = decoded.Replace("/**/", " ", StringComparison.Ordinal).Replace('+', ' ').Replace('\t', ' ');
        while (plain.Contains("  ", StringComparison.Ordinal)) plain = plain.Replace("  ", " ", StringComparison.Ordinal);
        return $"{text}\n{plain}";
    }

    private sealed class Signal(string name, int score, string[] texts)
    {
        public string Name => name;

        public int Score => score;

        public SearchValues<string> Texts { get; } = SearchValues.Create(texts, StringComparison.OrdinalIgnoreCase);
    }
}
