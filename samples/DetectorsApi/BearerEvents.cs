using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Samples.DetectorsApi;

/// <summary>What follows the signature check: the revocation list, and refusals in the words of RFC 6750 §3.</summary>
internal sealed class BearerEvents : JwtBearerEvents
{
    private const string Realm = "Bearer realm=\"detectors\"";

    public override Task TokenValidated(TokenValidatedContext context)
    {
        var token = (JsonWebToken)context.SecurityToken;
        var feed = context.HttpContext.RequestServices.GetRequiredService<RevocationFeed>();
        if (string.IsNullOrEmpty(token.Id)) context.Fail("The access token has no jti"); // RFC 9068 §2.2
        else if (feed.IsRevoked(token)) context.Fail("The access token was revoked");
        return Task.CompletedTask;
    }

    public override Task Challenge(JwtBearerChallengeContext context)
    {
        // §3.1: a request without a token learns the scheme only; no error code, nothing to probe.
        string challenge = context.AuthenticateFailure is { } failure
            ? $"{Realm}, error=\"invalid_token\", error_description=\"{Describe(failure)}\""
            : Realm;

        context.Response.Headers.WWWAuthenticate = challenge;
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.HandleResponse();
        return Task.CompletedTask;
    }

    public override Task Forbidden(ForbiddenContext context)
    {
        // A permission's name is a scope of its own, so the refusal tells a client what to ask for.
        string? scope = context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<RequiredPermission>()?.Name;
        context.Response.Headers.WWWAuthenticate = $"{Realm}, error=\"insufficient_scope\", scope=\"{scope}\"";
        return Task.CompletedTask;
    }

    /// <summary>One sentence a kind of failure, in the characters that §3 allows and without a value from the token.</summary>
    private static string Describe(Exception failure) => failure switch
    {
        SecurityTokenExpiredException => "The access token expired",
        SecurityTokenNotYetValidException => "The access token is not valid yet",
        SecurityTokenInvalidAudienceException => "The access token is for another audience",
        SecurityTokenInvalidIssuerException => "The access token is from another issuer",
        SecurityTokenInvalidTypeException => "The token is not an access token",
        SecurityTokenInvalidSignatureException or SecurityTokenSignatureKeyNotFoundException or SecurityTokenInvalidAlgorithmException
            => "The signature of the access token is not valid",
        AuthenticationFailureException ours => ours.Message, // the two sentences of TokenValidated
        SecurityTokenException or ArgumentException => "The access token is malformed",
        _ => "The access token could not be verified",
    };
}
