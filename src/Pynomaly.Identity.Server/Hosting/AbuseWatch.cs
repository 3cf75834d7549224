using System.Data.Common;
using Microsoft.AspNetCore.Http.Features;
using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Server.Hosting;

/// <summary>Banned sources at the front door, and a look at what was refused: whoever asks for holes is scored (<see cref="Probes"/>). A request that was answered is never looked at.</summary>
internal sealed class AbuseWatch(Bans bans, Probes probes, Devices devices, AuditTrail audit, ILogger<AbuseWatch> logger)
{
    private static readonly PathString Assets = "/assets";

    /// <summary>0: the source may pass; else the seconds that it is banned for. Bans stand before people's pages only: the programs of the same address have limits of their own, and the page that says "later" needs its style.</summary>
    public int Look(HttpContext context, ProgramPath? program)
    {
        var address = context.Connection.RemoteIpAddress;
        var wait = bans.Look(address);
        if (wait == 0 && program is null && SenderOf(context.Request) == SentBy.Page) wait = probes.LookAtPages(address); // no page of ours is part of another site's
        if (wait == 0) return 0;
        if (program is { IsForBrowsers: false } || context.Request.Path.StartsWithSegments(Assets, StringComparison.Ordinal)) return 0;
        logger.LogBannedSourceRefused(AddressKey.Of(address).ToString(), wait);
        return wait;
    }

    /// <summary>Whether the browser is one that somebody has signed in with: it may see the pages; whose sign-in it may try, that decides itself.</summary>
    public ValueTask<bool> IsKnownBrowserAsync(HttpContext context) => devices.IsKnownAsync(context, context.RequestAborted);

    /// <summary>Looks at a request that was refused. One that another site had a browser send weighs less: any page could get its readers' address banned by a picture (Fetch Metadata §2.3).</summary>
    public async Task NoteAsync(HttpContext context)
    {
        var request = context.Request;
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } raw ? raw : request.Path.Value ?? "";
        try
        {
            if (await probes.RefusedAsync(context.Connection.RemoteIpAddress, target, request.Headers.UserAgent.ToString(), SenderOf(request), CancellationToken.None))
                await audit.WriteAsync(new AuditEntry(Abuse.Log.SourceBanned) { Actor = "server" }.From(context), CancellationToken.None);
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            Log.BanNotWritten(logger, e.GetType().Name); // the answer stands; the next probe bans
        }
    }

    private static SentBy SenderOf(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is not ("cross-site" or "same-site") ? SentBy.Itself : request.Headers["Sec-Fetch-Dest"].ToString() == "document" ? SentBy.Link : SentBy.Page;
}
