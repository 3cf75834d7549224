using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>The answer to every form: go on with GET. 303, so that no browser ever sends what was typed to the next address (RFC 9700 §4.12, OAuth 2.1 §7.5.3).</summary>
internal sealed class SeeOther(string location) : ActionResult
{
    /// <inheritdoc/>
    public override void ExecuteResult(ActionContext context)
    {
        var response = context.HttpContext.Response;
        response.StatusCode = StatusCodes.Status303SeeOther;
        response.Headers.Location = location;
    }
}
