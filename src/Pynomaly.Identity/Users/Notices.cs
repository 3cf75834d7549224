using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>Tells people by e-mail what touches the safety of their account, each with a link "this was not me".</summary>
public sealed class Notices
{
    /// <summary>Puts the notice into the outbox in the caller's transaction. Nothing when e-mail is off or the account has no address. The detail is what was added or removed, by its name.</summary>
#pragma warning disable CA1822 // filled in with the room Mail
    public ValueTask AddAsync(SqlSession session, string userId, NoticeKind kind, HttpContext? context, string? detail, CancellationToken cancellationToken) => ValueTask.CompletedTask;
#pragma warning restore CA1822
}
