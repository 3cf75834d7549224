using Pynomaly.Identity.Storage;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration;

/// <summary>Runs a change after which this server must still have an owner, if it had one.</summary>
internal static class LastOwner
{
    /// <summary>Makes the change; others that could take an owner away wait until it is decided.</summary>
    /// <exception cref="AdministrationException">Conflict: nobody would own this server any more (security case AD-11).</exception>
    public static async ValueTask<T> KeepAsync<T>(SqlSession sql, Func<ValueTask<T>> change, CancellationToken cancellationToken)
    {
        await Owners.OrderAsync(sql, cancellationToken);
        var had = await Owners.AnyAsync(sql, cancellationToken);
        var result = await change();
        if (had && !await Owners.AnyAsync(sql, cancellationToken))
            throw AdministrationException.Conflict("last_owner", $"Nobody would own this server any more: there has to be an account that is not disabled and has a role with *:*");
        return result;
    }
}
