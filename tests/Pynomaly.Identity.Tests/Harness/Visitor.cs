using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>A request of a browser, for what no page of this suite's asks: same cookies, same address.</summary>
public static class Visitor
{
    /// <summary>The request of a browser that was never here, with a flow cookie of its own.</summary>
    public static DefaultHttpContext Stranger() => With($"__Host-pyn_flow={Secrets.Create()}");

    /// <summary>A request of the browser as it is now.</summary>
    public static DefaultHttpContext Of(Browser browser) => With(browser.Cookies.GetCookieHeader(new Uri(TestServer.Issuer)));

    private static DefaultHttpContext With(string cookies)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Cookie = cookies;
        return context;
    }
}
