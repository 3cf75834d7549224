using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>A file that is written while it is sent, however long it becomes.</summary>
internal sealed class StreamedFile(string mediaType, string name, Func<Stream, CancellationToken, Task> write) : ActionResult
{
    /// <inheritdoc/>
    public override Task ExecuteResultAsync(ActionContext context)
    {
        var http = context.HttpContext;
        http.Response.ContentType = mediaType;
        http.Response.Headers[HeaderNames.ContentDisposition] = $"attachment; filename=\"{name}\"";
        return write(http.Response.Body, http.RequestAborted);
    }
}
