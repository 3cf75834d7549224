using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Authorization;

/// <summary>The answer in a form that the browser posts: a small script presses the button, and without script the person does.</summary>
[Specification("OAuth 2.0 Form Post Response Mode", "OAuth 2.0 Form Post Response Mode")]
public sealed class FormPostResponseMode : IResponseMode
{
    private const string Script = "document.forms[0].submit();";

    /// <inheritdoc />
    public string Name => ResponseModes.FormPost;

    /// <inheritdoc />
    public Task WriteAsync(HttpContext context, string redirectUri, IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        var encode = HtmlEncoder.Default;
        var page = new StringBuilder("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Continue</title></head>")
            .Append("<body data-page=\"continue\"><main><h1>One moment</h1><form method=\"post\" action=\"").Append(encode.Encode(redirectUri)).Append("\">");
        foreach (var (name, value) in parameters)
            page.Append("<input type=\"hidden\" name=\"").Append(name).Append("\" value=\"").Append(encode.Encode(value)).Append("\">");
        page.Append("<p>You are being sent back to the application.</p><button id=\"continue\" type=\"submit\">Continue</button></form></main><script src=\"")
            .Append(Paths.FormPostScript).Append("\"></script></body></html>");

        var response = context.Response;
        // form-action is left out: browsers would hold it against wherever the client redirects the post to.
        response.Headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'";
        response.ContentType = "text/html; charset=utf-8";
        return response.WriteAsync(page.ToString(), context.RequestAborted);
    }

    /// <summary>Serves the script, which never changes.</summary>
    public static Task WriteScriptAsync(HttpContext context)
    {
        context.Response.ContentType = "text/javascript; charset=utf-8";
        context.Response.Headers.CacheControl = "public, max-age=86400";
        return context.Response.WriteAsync(Script, context.RequestAborted);
    }
}
