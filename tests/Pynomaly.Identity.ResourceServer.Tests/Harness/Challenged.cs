using System.Net;
using Xunit;

namespace Pynomaly.Identity.ResourceServer.Tests.Harness;

/// <summary>What a refusal must look like, to the letter.</summary>
public static class Challenged
{
    public const string Metadata = "resource_metadata=\"https://api.test/.well-known/oauth-protected-resource\"";

    /// <summary>401 invalid_token with this reason.</summary>
    public static void Invalid(HttpResponseMessage answer, string description)
    {
        Assert.Equal($"Bearer realm=\"https://api.test\", error=\"invalid_token\", error_description=\"{description}\", {Metadata}", answer.Headers.GetValues("WWW-Authenticate").Single());
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }
}
