namespace Pynomaly.Identity.Client;

/// <summary>Sends requests that may take so long and no longer, and reads the answer whole.</summary>
internal sealed class Timed(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> sendAsync, TimeSpan timeout, TimeProvider time)
{
    private const int MostBytes = 1024 * 1024;

    /// <summary>The answer.</summary>
    /// <exception cref="HttpRequestException">The connection failed.</exception>
    /// <exception cref="TimeoutException">There was no answer in time.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var response = await sendAsync(request, either.Token);
            await response.Content.LoadIntoBufferAsync(MostBytes, either.Token);
            return response;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("There was no answer in time");
        }
    }
}
