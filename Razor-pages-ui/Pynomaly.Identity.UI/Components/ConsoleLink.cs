using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Pynomaly.Identity.UI.Components;

/// <summary>The address of the page at hand with other parameters: what is filtered stays filtered when the order changes or the list goes on.</summary>
internal static class ConsoleLink
{
    /// <summary>The address with these parameters set; null takes one out.</summary>
    public static string With(HttpRequest request, params IEnumerable<(string Name, string? Value)> parameters)
    {
        var changed = parameters.ToDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal);
        var query = new QueryBuilder();
        foreach (var (name, values) in request.Query)
            if (!changed.ContainsKey(name)) foreach (var value in values) query.Add(name, value ?? "");
        foreach (var (name, value) in changed)
            if (value is not null) query.Add(name, value);
        return request.Path + query.ToQueryString().ToUriComponent();
    }
}
