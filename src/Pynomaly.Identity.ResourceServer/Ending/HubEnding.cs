using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace Pynomaly.Identity.ResourceServer.Ending;

/// <summary>Ends connections to SignalR hubs with their tokens. It looks at a connection when it begins, and at no call on it.</summary>
internal sealed class HubEnding(RequestEnding requests) : IHubFilter, IConfigureOptions<HubOptions>
{
    /// <summary>Puts itself before all hubs, once there is one.</summary>
    public void Configure(HubOptions options) => options.AddFilter(this);

    /// <summary>A connection that was opened by such a request.</summary>
    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        var connection = context.Context;
        var open = RequestEnding.AskedBy(connection.GetHttpContext()).Select(caller => requests.Add(caller, connection.Abort)).ToArray();
        foreach (var one in open) connection.ConnectionAborted.Register(one.Dispose); // however it ends
        try
        {
            await next(context);
        }
        catch
        {
            foreach (var one in open) one.Dispose(); // then nothing else says that it has ended
            throw;
        }
    }
}
