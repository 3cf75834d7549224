using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>Who must sign in with a second factor: everybody where the settings say so, whoever has a role that asks for it, and administrators always.</summary>
public sealed class SecondFactorPolicy(Catalogue catalogue, ServerOptions options)
{
    /// <summary>Whether the person must have a second factor, whatever the client.</summary>
    public async ValueTask<bool> IsRequiredAsync(Account account) =>
        options.SecondFactor.Required == "Everyone" || (await catalogue.CurrentAsync()).RequiresSecondFactor(account.Roles);
}
