using Microsoft.AspNetCore.Mvc;

namespace Pynomaly.Identity.ResourceServer.Tests.Harness;

/// <summary>A controller whose answers end with their callers' tokens, by an attribute.</summary>
[ApiController]
[Route("controller/stream")]
[EndWithToken]
public sealed class StreamController : ControllerBase
{
    [HttpGet]
    public Task GetAsync() => StreamingApi.StreamAsync(HttpContext);
}
