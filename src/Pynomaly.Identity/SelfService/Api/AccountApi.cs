using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.SelfService.Api;

/// <summary>The account API: what the account's pages do, for programs. One table of routes serves requests and writes the OpenAPI document.</summary>
internal sealed class AccountApi(ApiDoor door, AccountRoutes account, SessionRoutes sessions, ConnectionRoutes connections, FactorRoutes factors, PasskeyRoutes passkeys, SignInRoutes signIn, ApiKeyRoutes keys, ServerOptions options)
{
    private byte[]? _document;

    /// <summary>All operations.</summary>
    public IReadOnlyList<ApiRoute> Routes { get; } = [.. account.Routes, .. sessions.Routes, .. connections.Routes, .. signIn.Routes, .. factors.Routes, .. passkeys.Routes, .. keys.Routes];

    /// <summary>Maps them, and the document.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var route in Routes) endpoints.MapMethods(Paths.AccountApi + route.Path, [route.Method], context => AnswerAsync(context, route));
        endpoints.MapMethods($"{Paths.AccountApi}/openapi.json", [HttpMethods.Get], DescribeAsync);
    }

    private async Task AnswerAsync(HttpContext context, ApiRoute route)
    {
        var call = await door.OpenAsync(context, route);
        var answer = await route.Answer(call);
        var response = context.Response;
        response.Headers.CacheControl = "no-store";
        response.StatusCode = answer.Body is null ? StatusCodes.Status204NoContent : route.Status;
        if (answer.Body is not { } body) return;
        response.ContentType = "application/json";
        await response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }

    private Task DescribeAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "public, max-age=3600";
        return context.Response.Body.WriteAsync(_document ??= OpenApiDocument.Write(options, Description(options), Routes), context.RequestAborted).AsTask();
    }

    private static ApiDescription Description(ServerOptions options) => new(Paths.AccountApi, "Account API",
        $"What people do with their own account. Access tokens need the scope account and {options.Issuer} as their only audience: a client that asks for other APIs too sends resource={options.Issuer} to the token endpoint (RFC 8707). Operations that touch the account's safety want a token from a sign-in of a moment ago, and answer insufficient_user_authentication otherwise (RFC 9470).",
        [StandardScopes.Account]);
}
