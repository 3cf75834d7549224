using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Caching.Memory;

namespace Samples.WebApp.SignIn;

/// <summary>Sessions in this server's memory: the browser holds a reference, the tokens never leave.</summary>
internal sealed class SessionStore(IMemoryCache cache) : ITicketStore
{
    private static readonly TimeSpan Idle = TimeSpan.FromHours(1);

    public async Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        string key = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        await RenewAsync(key, ticket);
        return key;
    }

    public Task RenewAsync(string key, AuthenticationTicket ticket)
    {
        cache.Set(key, ticket, new MemoryCacheEntryOptions { SlidingExpiration = Idle });
        return Task.CompletedTask;
    }

    public Task<AuthenticationTicket?> RetrieveAsync(string key) => Task.FromResult(cache.Get<AuthenticationTicket>(key));

    public Task RemoveAsync(string key)
    {
        cache.Remove(key);
        return Task.CompletedTask;
    }
}
