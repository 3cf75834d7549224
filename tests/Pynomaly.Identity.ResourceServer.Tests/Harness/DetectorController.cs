using Microsoft.AspNetCore.Mvc;

namespace Pynomaly.Identity.ResourceServer.Tests.Harness;

/// <summary>A controller that asks for permissions by attributes.</summary>
[ApiController]
[Route("controller")]
[RequirePermission("read:detectors")]
public sealed class DetectorController : ControllerBase
{
    [HttpGet]
    public string Get() => "read";

    [HttpPut]
    [RequirePermission("write:detectors")]
    public string Put() => "written";
}
