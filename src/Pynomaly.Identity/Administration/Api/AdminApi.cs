using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>The administration API: what the console does, for programs. One table of routes serves requests and writes the OpenAPI document.</summary>
internal sealed class AdminApi(AdminDoor door, RememberedAnswers remembered, RefusedActs refused, IEnumerable<AdminRoutes> areas, ServerOptions options)
{
    private byte[]? _document;

    /// <summary>All operations.</summary>
    public IReadOnlyList<AdminRoute> Routes { get; } = [.. areas.SelectMany(area => area.Routes)];

    /// <summary>Maps them, and the document.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var route in Routes) endpoints.MapMethods(Paths.AdminApi + route.Path, [route.Method], context => AnswerAsync(context, route));
        endpoints.MapMethods($"{Paths.AdminApi}/openapi.json", [HttpMethods.Get], DescribeAsync);
        endpoints.MapMethods($"{Paths.AdminApi}/configuration.schema.json", [HttpMethods.Get], DescribeConfigurationAsync);
    }

    private async Task AnswerAsync(HttpContext context, AdminRoute route)
    {
        try
        {
            await WriteAsync(context, route, await AnswerAsync(await door.OpenAsync(context, route), route));
        }
        catch (AdministrationException refusal)
        {
            throw ProblemOf(refusal);
        }
        catch (ConfigurationException refusal)
        {
            throw ApiProblem.Invalid((refusal.Place ?? "", "refused", refusal.Message));
        }
    }

    private async Task<ApiAnswer> AnswerAsync(AdminCall call, AdminRoute route)
    {
        try
        {
            return await AnswerOnceAsync(call, route);
        }
        catch (AdministrationException refusal) when (refusal.Problem == AdministrationProblem.Forbidden)
        {
            await refused.EnterAsync(call.Operator, route.Name, refusal.Message, call.Stop);
            throw;
        }
    }

    private async Task<ApiAnswer> AnswerOnceAsync(AdminCall call, AdminRoute route)
    {
        // A body larger than 64 KB is read by few operations; who sends it has shown a token by now.
        if (route.MaxBody != ProtocolRequest.MaxBody && call.Context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = route.MaxBody;
        if (route.Method != HttpMethods.Post || route.ChangesNothing || await IdempotencyKey.ReadAsync(call, route.MaxBody) is not { } key) return await route.Answer(call);
        call.Context.RequestAborted = CancellationToken.None; // who gives a key means to come again: what was begun is ended, though the caller has gone
        return await remembered.AnswerAsync(key, () => route.Answer(call), CancellationToken.None);
    }

    private static async Task WriteAsync(HttpContext context, AdminRoute route, ApiAnswer answer)
    {
        var response = context.Response;
        response.Headers.CacheControl = "no-store";
        if (answer.Version is { } version) response.Headers.ETag = $"\"{version}\"";
        if (answer.Stream is { } stream)
        {
            await stream(response);
            return;
        }

        response.StatusCode = answer.Body is null ? StatusCodes.Status204NoContent : route.Status;
        if (answer.Body is not { } body) return;
        response.ContentType = "application/json";
        await response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }

    private Exception ProblemOf(AdministrationException refusal) => refusal.Problem switch
    {
        AdministrationProblem.Forbidden => ApiProblem.Forbidden(refusal.Message, refusal.Why.Code),
        AdministrationProblem.NotConfirmed => ProtocolException.InsufficientUserAuthentication((int)options.Accounts.ConfirmedFor.TotalSeconds, null),
        AdministrationProblem.NotFound => ApiProblem.NotFound(),
        AdministrationProblem.Conflict => ApiProblem.Conflict(refusal.Message, refusal.Why.Code),
        AdministrationProblem.Changed => ApiProblem.Changed(),
        _ => ApiProblem.Invalid([.. refusal.Errors.Select(error => (error.Field, error.Code, error.Detail))]),
    };

    private Task DescribeAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "public, max-age=3600";
        return context.Response.Body.WriteAsync(_document ??= OpenApiDocument.Write(options, Description(options), Routes), context.RequestAborted).AsTask();
    }

    private static Task DescribeConfigurationAsync(HttpContext context)
    {
        context.Response.ContentType = "application/schema+json";
        context.Response.Headers.CacheControl = "public, max-age=3600";
        return context.Response.WriteAsync(ConfigurationSchema.Write().ToJsonString(), context.RequestAborted);
    }

    private static ApiDescription Description(ServerOptions options) => new(Paths.AdminApi, "Administration API",
        $"What the console does, for programs. Access tokens need {options.Issuer} as their only audience, and the permission that the operation names: ask for the scope administration, or for permissions by name, with resource={options.Issuer} (RFC 8707). Persons have to have signed in with a second factor; dangerous operations want that a moment ago, and answer insufficient_user_authentication otherwise (RFC 9470).",
        [StandardScopes.Administration]) { HasConditions = true };
}
