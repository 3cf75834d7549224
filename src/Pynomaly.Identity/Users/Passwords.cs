using System.Security.Cryptography;
using System.Text;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Users;

/// <summary>Password hashes: bcrypt $2b$ over a pre-hash, so that neither 72 bytes nor a NUL is a limit; plain bcrypt and PBKDF2 of other systems verify too.</summary>
/// <remarks>
/// Stored as "pyn1" followed by the bcrypt hash of base64(HMAC-SHA-384("Pynomaly.Identity password 1", UTF-8(NFKC(password)))). The key is public: it
/// keeps the pre-hash from equalling an unsalted digest that leaked elsewhere, which an attacker could try against our hashes before knowing the
/// password ("shucking"). Base64, as bcrypt stops at a NUL elsewhere. NFKC: NIST SP 800-63B-4 §3.1.1.2. bcrypt belongs on a queue of its own.
/// </remarks>
internal sealed class Passwords
{
    /// <summary>Bytes of UTF-8 beyond which a password is refused unhashed.</summary>
    public const int MaximumBytes = 4096;

    private const string Mark = "pyn1";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly int cost;
    private readonly string dummy;

    /// <param name="cost">bcrypt's cost. <value>10 to 16.</value></param>
    /// <param name="least">What is less is refused. Tests of other things than passwords go lower; no setting does.</param>
    public Passwords(int cost, int least = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cost, least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cost, 16);
        this.cost = cost;

        // A hash is as costly to verify whether or not anything has it, so the dummy need not be the hash of anything.
        dummy = $"$2b${cost:00}${new string('.', 53)}";
    }

    /// <summary>Whether the text can be a password at all: Unicode without lone surrogates and NUL, at most 4,096 bytes. Costs no hash.</summary>
    public static bool IsWellFormed(string password)
    {
        if (password.Length > MaximumBytes || password.Contains('\0', StringComparison.Ordinal)) return false;
        try
        {
            return StrictUtf8.GetByteCount(password) <= MaximumBytes;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>Whether <see cref="Verify"/> can answer Success for it: ours, a plain $2a$, $2b$ or $2y$ hash, or a <see cref="Pbkdf2Hash"/>. Costs above 16 are refused: they stall a worker.</summary>
    public static bool IsHash(string stored) => CostOf(stored) is not null || Pbkdf2Hash.Read(stored) is not null;

    /// <summary>Whether a wrong password takes longer to refuse against it than against a hash of that cost: nothing can make up for that.</summary>
    public static bool IsCostlier(string stored, int cost) => CostOf(stored) is { } own ? own > cost : Pbkdf2Hash.Read(stored) is { } foreign && HashingCosts.OfPbkdf2(foreign.Digest, foreign.Iterations) > HashingCosts.OfBcrypt(cost);

    /// <summary>The form that counts: as typed, whatever the keyboard composed it of.</summary>
    public static string Canonical(string password) => password.Normalize(NormalizationForm.FormKC);

    /// <summary>Hashes a new password. Whether it is a good one is not asked here.</summary>
    /// <exception cref="ArgumentException">The text is not well-formed.</exception>
    public string Hash(string password)
    {
        if (!IsWellFormed(password)) throw new ArgumentException("A password is Unicode text without NUL of at most 4,096 bytes.", nameof(password));

        return Mark + Run(password, prehashed => Bcrypt.Hash(prehashed, cost));
    }

    /// <summary>Compares a presented password with a stored hash. A refusal takes as long as <see cref="VerifyDummy"/>.</summary>
    public PasswordVerdict Verify(string stored, string presented)
    {
        if (!IsWellFormed(presented)) return PasswordVerdict.Failed;

        if (CostOf(stored) is not { } storedCost)
        {
            if (Pbkdf2Hash.Read(stored) is { } foreign) return VerifyForeign(foreign, presented);
            VerifyDummy(presented);
            return PasswordVerdict.Failed;
        }

        var ours = stored.StartsWith(Mark, StringComparison.Ordinal);
        if (ours ? Run(presented, prehashed => Bcrypt.Verify(prehashed, stored.AsSpan(Mark.Length))) : VerifyPlain(stored, presented))
            return ours && storedCost >= cost ? PasswordVerdict.Success : PasswordVerdict.SuccessRehashNeeded;

        // The clock must not tell an imported account from an unknown one: 2^c, then 2^c + ... + 2^(N-1) make up 2^N rounds.
        for (var missing = storedCost; missing < cost; missing++) Bcrypt.Verify([], $"$2b${missing:00}{dummy.AsSpan(6)}");
        return PasswordVerdict.Failed;
    }

    /// <summary>The work of <see cref="Verify"/> for a name that nobody has, or an account without a password.</summary>
    public void VerifyDummy(string presented)
    {
        if (IsWellFormed(presented)) Run(presented, prehashed => Bcrypt.Verify(prehashed, dummy));
    }

    private PasswordVerdict VerifyForeign(Pbkdf2Hash stored, string presented)
    {
        var bytes = Encoding.UTF8.GetBytes(presented); // the exact text, as ASP.NET Core Identity, Keycloak and passlib hash it
        try
        {
            if (stored.Verify(bytes)) return PasswordVerdict.SuccessRehashNeeded;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }

        // As above: what is left of the work of a hash of ours is made up, in work and not by the clock, which a busy machine would falsify.
        var missing = HashingCosts.OfBcrypt(cost) - HashingCosts.OfPbkdf2(stored.Digest, stored.Iterations);
        for (var smaller = cost; smaller >= 4; smaller--)
        {
            if (HashingCosts.OfBcrypt(smaller) > missing) continue;
            missing -= HashingCosts.OfBcrypt(smaller);
            Bcrypt.Verify([], $"$2b${smaller:00}{dummy.AsSpan(6)}");
        }

        return PasswordVerdict.Failed;
    }

    private static bool VerifyPlain(string stored, string presented)
    {
        // As passlib and BCrypt.Net did: the exact text, not normalised. Trying NFKC as well would take twice as long and so tell which accounts were imported.
        var bytes = Encoding.UTF8.GetBytes(presented);
        try
        {
            // bcrypt would ignore the rest and let any tail in. The hash is computed all the same, for the clock; the owner sets a new password.
            return Bcrypt.Verify(bytes, stored) & bytes.Length <= Bcrypt.PasswordBytes;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static int? CostOf(string stored) =>
        Bcrypt.ReadCost(stored.StartsWith(Mark, StringComparison.Ordinal) ? stored.AsSpan(Mark.Length) : stored) is { } cost and <= 16 ? cost : null;

    private static T Run<T>(string password, Func<ReadOnlySpan<byte>, T> work)
    {
        var bytes = Encoding.UTF8.GetBytes(Canonical(password));
        Span<byte> digest = stackalloc byte[HMACSHA384.HashSizeInBytes];
        Span<byte> prehashed = stackalloc byte[HMACSHA384.HashSizeInBytes / 3 * 4];
        try
        {
            HMACSHA384.HashData("Pynomaly.Identity password 1"u8, bytes, digest);
            _ = System.Buffers.Text.Base64.EncodeToUtf8(digest, prehashed, out _, out _);
            return work(prehashed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            CryptographicOperations.ZeroMemory(digest);
            CryptographicOperations.ZeroMemory(prehashed);
        }
    }
}
