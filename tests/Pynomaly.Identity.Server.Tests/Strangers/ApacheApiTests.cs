using System.Net;
using Xunit;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary><c>samples/strangers/apache/resource-server.conf</c>: the API behind sees only requests whose token holds and has the permission.</summary>
[Collection<StrangersCollection>]
public sealed class ApacheApiTests(StrangersFixture strangers, ApacheApi api) : FollowingApiTests(strangers, api), IClassFixture<ApacheApi>
{
    /// <summary>The module calls a missing token an invalid request, and has one answer for whatever is required and not there.</summary>
    protected override (HttpStatusCode Status, string Error) ForNone => (HttpStatusCode.Unauthorized, "error=\"invalid_request\"");

    protected override (HttpStatusCode Status, string Error) ForBound => (HttpStatusCode.Forbidden, "error=\"insufficient_scope\"");
}
