using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService;

/// <summary>The browsers that the person is not asked for a second factor in.</summary>
public sealed class TrustedDevices(Database database, Devices devices, AuditTrail audit, TimeProvider time, ILogger<TrustedDevices> logger)
{
    /// <summary>Those that are trusted still, last seen first.</summary>
    public async Task<IReadOnlyList<Device>> ListAsync(Session session, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return [.. (await devices.ListAsync(session.UserId, cancellationToken)).Where(device => device.TrustedUntil > now)];
    }

    /// <summary>Asks for the second factor there again. False: the person has no such browser.</summary>
    public async Task<bool> DistrustAsync(HttpContext context, Session session, string id, CancellationToken cancellationToken)
    {
        if (!(await ListAsync(session, cancellationToken)).Any(device => device.Id == id)) return false;
        await database.WriteAsync(async (sql, stop) =>
        {
            await Devices.DistrustAsync(sql, session.UserId, id, stop);
            await audit.WriteAsync(sql, new AuditEntry(Log.DeviceDistrusted) { Actor = session.UserId, UserId = session.UserId, SessionId = session.Id }.From(context), stop);
            return true;
        }, cancellationToken);
        logger.LogDeviceDistrusted(session.UserId);
        return true;
    }
}
