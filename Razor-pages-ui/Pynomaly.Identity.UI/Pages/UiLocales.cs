using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Authorization;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>The language that the client asks for: ui_locales of the request that a page belongs to. OpenID Connect Core §3.1.2.1.</summary>
internal sealed class UiLocales : RequestCultureProvider
{
    /// <inheritdoc/>
    public override async Task<ProviderCultureResult?> DetermineProviderCultureResult(HttpContext httpContext)
    {
        if (await WishesAsync(httpContext) is not { } wishes) return null;
        return Languages.Choose(wishes.Split(' ', StringSplitOptions.RemoveEmptyEntries)) is { } language ? new ProviderCultureResult(language) : null;
    }

    private static async Task<string?> WishesAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (query[Parameters.UiLocales] is [{ } asked]) return asked; // the request itself, whose refusal is a page too
        if (query["interaction"] is not [{ Length: > 0 } id]) return null;
        var interactions = context.RequestServices.GetRequiredService<Interactions>();
        return await interactions.ReadAsync(id, context, context.RequestAborted) is { } state && state.Parameters.TryGetValue(Parameters.UiLocales, out var wishes) ? wishes : null;
    }
}
