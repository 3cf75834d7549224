using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;
using Pynomaly.Identity.Tests.Harness;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Tests.SelfService;

/// <summary>What a signed-in person does to the safety of the account, below the pages.</summary>
internal static class SecurityTestActs
{
    /// <summary>A request that a session of the person's own comes with, begun this long ago, at the level of a full sign-in unless another is named.</summary>
    public static async Task<(HttpContext Context, Session Session)> SessionAsync(TestServer server, string userId, TimeSpan age = default, string? level = null)
    {
        level ??= await server.ScalarAsync("SELECT COUNT(*) FROM authenticators WHERE user_id = $1", userId) is 0L ? AuthenticationLevels.Password : AuthenticationLevels.TwoFactors;
        var context = new DefaultHttpContext { RequestServices = server.Services };
        var session = await server.Services.GetRequiredService<Sessions>().StartAsync(context, userId, [AuthenticationMethods.Password], level, CancellationToken.None);
        if (age == default) return (context, session);
        await server.ExecuteAsync("UPDATE sessions SET auth_time = $1 WHERE id = $2", server.Clock.GetUtcNow() - age, session.Id);
        session.AuthTime -= age;
        return (context, session);
    }

    /// <summary>Changes the password in such a session.</summary>
    public static async Task<PasswordChangeResult> ChangePasswordAsync(TestServer server, string userId, string? current, string @new, TimeSpan age = default)
    {
        var (context, session) = await SessionAsync(server, userId, age);
        return await server.Services.GetRequiredService<PasswordChange>().ChangeAsync(context, session, current, @new, CancellationToken.None);
    }

    /// <summary>Changes the address, by the link in the mail.</summary>
    public static async Task<bool> ChangeEmailAsync(MailboxServer server, TestPerson person, string address)
    {
        var change = server.Services.GetRequiredService<EmailChange>();
        var (context, session) = await SessionAsync(server, person.Id);
        if (!await change.BeginAsync(context, session, address, CancellationToken.None)) return false;
        var link = await server.LinkAsync(address, Paths.VerifyEmailPage);
        return await change.CompleteAsync(link[(link.IndexOf('=', StringComparison.Ordinal) + 1)..], context, CancellationToken.None);
    }
}
