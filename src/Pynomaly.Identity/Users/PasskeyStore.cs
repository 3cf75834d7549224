using System.Buffers.Text;
using Microsoft.AspNetCore.Identity;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Users;

/// <summary>What the framework's passkey handler asks of a store, read from our tables. It reads only: what is written is written by <see cref="Passkeys"/>, in one transaction with its reason.</summary>
/// <remarks>A disabled person is nobody here, so that their passkeys are refused like unknown ones. The signature counter is told as 0:
/// whether it went on is decided by the statement that stores it, for all nodes at once (§7.2 step 22).</remarks>
internal sealed class PasskeyStore(Database database) : IUserPasskeyStore<PasskeyHolder>
{
    private const string ReadsOnly = "The handler's store reads only";

    public async Task<PasskeyHolder?> FindByIdAsync(string userId, CancellationToken cancellationToken)
    {
        // The handle comes from the authenticator: what no id looks like is not asked for.
        if (userId.Length is 0 or > 64 || userId.AsSpan().ContainsAnyExceptInRange('!', '~')) return null;
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.FirstAsync("SELECT id FROM users WHERE id = $1 AND is_disabled = $2", row => new PasskeyHolder(row.GetString(0)), cancellationToken, userId, false);
    }

    public async Task<PasskeyHolder?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await PasskeyRows.FindAsync(session, Base64Url.EncodeToString(credentialId), cancellationToken) is { } passkey ? new PasskeyHolder(passkey.UserId) : null;
    }

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(PasskeyHolder user, byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await PasskeyRows.FindAsync(session, Base64Url.EncodeToString(credentialId), cancellationToken) is { } passkey && passkey.UserId == user.Id ? Info(passkey) : null;
    }

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(PasskeyHolder user, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return [.. (await PasskeyRows.ListAsync(session, user.Id, cancellationToken)).Select(Info)];
    }

    public Task<string> GetUserIdAsync(PasskeyHolder user, CancellationToken cancellationToken) => Task.FromResult(user.Id);

    public Task<string?> GetUserNameAsync(PasskeyHolder user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Id);

    public Task<string?> GetNormalizedUserNameAsync(PasskeyHolder user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Id);

    public Task<PasskeyHolder?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => throw new NotSupportedException(ReadsOnly);

    public Task SetUserNameAsync(PasskeyHolder user, string? userName, CancellationToken cancellationToken) => throw new NotSupportedException(ReadsOnly);

    public Task SetNormalizedUserNameAsync(PasskeyHolder user, string? normalizedName, CancellationToken cancellationToken) => throw new NotSupportedException(ReadsOnly);

    public Task<IdentityResult> CreateAsync(PasskeyHolder user, CancellationToken cancellationToken) => throw new NotSupportedException(ReadsOnly);

    public Task<IdentityResult> UpdateAsync(PasskeyHolder user, CancellationToken cancellationToken) => throw new NotSupportedException(ReadsOnly);

    public Task<IdentityResult> DeleteAsync(PasskeyHolder user, CancellationToken cancellationToken) => throw new NotSupportedException(ReadsOnly);

    public Task AddOrUpdatePasskeyAsync(PasskeyHolder user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => throw new NotSupportedException(ReadsOnly);

    public Task RemovePasskeyAsync(PasskeyHolder user, byte[] credentialId, CancellationToken cancellationToken) => throw new NotSupportedException(ReadsOnly);

    public void Dispose()
    {
    }

    private static UserPasskeyInfo Info(Passkey passkey) => new(
        Base64Url.DecodeFromChars(passkey.Id), Base64Url.DecodeFromChars(passkey.PublicKey), passkey.Created, signCount: 0, [.. passkey.Transports],
        isUserVerified: true, passkey.IsBackupEligible, passkey.IsBackedUp, attestationObject: [], clientDataJson: []);
}
