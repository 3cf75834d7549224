using Microsoft.AspNetCore.Http;

namespace Pynomaly.Identity.Users;

/// <summary>Backup codes: ten at a time, shown once, one use each.</summary>
public sealed class BackupCodes
{
    /// <summary>Makes a new set, which ends the old one, and answers it: the only time that it can be read.</summary>
    public Task<IReadOnlyList<string>> MakeAsync(HttpContext context, string userId, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>How many are left, and of how many.</summary>
    public Task<(int Left, int Of)> CountAsync(string userId, CancellationToken cancellationToken) => throw new NotSupportedException();
}
