using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.ResourceServer.Binding;
using Pynomaly.Identity.ResourceServer.Challenges;
using Pynomaly.Identity.ResourceServer.Tests.Harness;
using Pynomaly.Identity.ResourceServer.Tokens;
using Pynomaly.Identity.Tests.Harness;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Binding;

/// <summary>Who is refused for too many proofs does not fill the log with it.</summary>
public sealed class ReplayWarningTests
{
    [Fact]
    public async Task Refusals_for_want_of_room_are_said_once_a_second()
    {
        using var issuer = new PaperIssuer();
        using var logs = new LogCapture();
        var key = new ProofKey(issuer);
        var options = new PynomalyIdentityOptions { Issuer = PaperIssuer.Issuer, Audience = PaperIssuer.Audience };
        var binding = new SenderConstraint(options, new ServerNonces(new EphemeralDataProtectionProvider(), issuer.Clock), null, issuer.Clock, logs.CreateLogger("test"), mostProofs: 2);
        var token = new AccessToken
        {
            Kid = "first", ClientId = "client", Subject = "person", Id = 1, IssuedAt = issuer.Now, NotBefore = issuer.Now, Expires = issuer.Now + 600, KeyThumbprint = key.Thumbprint, Claims = [],
        };
        async Task<Refusal?> AskAsync()
        {
            var http = new DefaultHttpContext();
            (http.Request.Method, http.Request.Path) = ("GET", "/detectors");
            http.Request.Headers["DPoP"] = key.Prove("token");
            return await binding.CheckAsync(http, Schemes.DPoP, "token", token);
        }

        Assert.Null(await AskAsync());
        for (var attempt = 0; attempt < 20; attempt++) Assert.Equal(Refusal.TooManyProofs, await AskAsync());
        Assert.Single(logs.Lines);
        issuer.Clock.Move(TimeSpan.FromSeconds(1));
        for (var attempt = 0; attempt < 20; attempt++) Assert.Equal(Refusal.TooManyProofs, await AskAsync());

        Assert.Equal(2, logs.Lines.Count);
    }
}
