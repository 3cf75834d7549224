using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing.Template;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Api;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>The administration API without a server: its operations, run within this process on this machine's database, in the name of the command line.</summary>
internal sealed class LocalServer : IAdminConnection, IAsyncDisposable
{
    private readonly Session _session;
    private readonly AdminApi _api;

    private LocalServer(Session session) => (_session, _api) = (session, session.Get<AdminApi>());

    /// <summary>All operations.</summary>
    public IReadOnlyList<AdminRoute> Routes => _api.Routes;

    /// <summary>Opens the database.</summary>
    /// <exception cref="ConfigurationException">It is not to be had.</exception>
    public static async Task<LocalServer> OpenAsync(IReadOnlyList<string> settings, CancellationToken cancellationToken)
    {
        var session = await Session.OpenAsync(settings, cancellationToken);
        session.Get<Storage.ChangeFeed>().Look(); // nothing else looks while a command runs
        return new LocalServer(session);
    }

    /// <inheritdoc/>
    public async Task<JsonNode?> SendAsync(HttpMethod method, string path, byte[]? body, string? version, CancellationToken cancellationToken)
    {
        var (route, values) = Find(method.Method, path.Split('?')[0]);
        var context = new DefaultHttpContext { RequestAborted = cancellationToken };
        (context.Request.Method, context.Request.Path, context.Request.RouteValues) = (method.Method, Paths.AdminApi + path.Split('?')[0], values);
        context.Request.QueryString = path.Contains('?', StringComparison.Ordinal) ? new QueryString(path[path.IndexOf('?', StringComparison.Ordinal)..]) : default;
        if (version is not null) context.Request.Headers.IfMatch = $"\"{version.Trim('"')}\"";
        if (body is not null) context.Request.Body = new MemoryStream(body);
        try
        {
            var answer = await route.Answer(new AdminCall(context, Operator.CommandLine));
            if (answer.Stream is not { } stream) return answer.Body is { } told ? JsonNode.Parse(told.ToJsonString()) : null; // as it would come over the line
            using var content = new MemoryStream();
            context.Response.Body = content;
            await stream(context.Response);
            return JsonValue.Create(Encoding.UTF8.GetString(content.ToArray()));
        }
        catch (ApiProblem problem)
        {
            throw new ConfigurationException(problem.Errors.Count == 0 ? $"{problem.Message}." : string.Join(" ", problem.Errors.Select(error => $"{error.Field}: {error.Detail}.")));
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _session.DisposeAsync();

    // A path as text would be decoded here already, and once more below. What is written out goes before what stands in braces, as in the server's own routing.
    private (AdminRoute Route, RouteValueDictionary Values) Find(string method, string path)
    {
        foreach (var route in _api.Routes.Where(route => route.Method == method).OrderBy(route => route.Path.Count(letter => letter == '{')))
        {
            var values = new RouteValueDictionary();
            if (new TemplateMatcher(TemplateParser.Parse(route.Path), []).TryMatch(new PathString(path), values)) return (route, Decoded(values));
        }

        throw new UsageException($"There is no operation {method} {path}; api alone shows all of them.");
    }

    private static RouteValueDictionary Decoded(RouteValueDictionary values) => new(values.Select(one => KeyValuePair.Create<string, object?>(one.Key, one.Value is string text ? Uri.UnescapeDataString(text) : one.Value)));
}
