using System.Net;
using Xunit;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>A receiver that listens where another did a moment ago does not take what was meant for that one.</summary>
public sealed class ReceiverTests
{
    [Fact]
    public async Task What_was_meant_for_the_one_before_is_not_counted()
    {
        using var http = new HttpClient();
        await using var push = await PushReceiver.StartAsync();
        await using var hook = await HookReceiver.StartAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await TellAsync(new Uri(new Uri(push.Url), "/events/other"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await TellAsync(new Uri(new Uri(hook.Url), "/hook/other"))).StatusCode);
        Assert.Empty(push.Pushes);
        Assert.Empty(hook.Messages);
        Assert.Equal(HttpStatusCode.Accepted, (await TellAsync(new Uri(push.Url + "?token=x"))).StatusCode);
        Assert.Single(push.Pushes);

        Task<HttpResponseMessage> TellAsync(Uri place) => http.PostAsync(place, new StringContent("{}"), TestContext.Current.CancellationToken);
    }
}
