using System.Diagnostics;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Users;

/// <summary>What hashing costs on this machine, in seconds: bcrypt and PBKDF2 against each other, so that an account with either is refused after as much work.</summary>
/// <remarks>Measured once, at the first refusal that needs it; the least of several runs, as everything else that happens only adds.</remarks>
internal static class HashingCosts
{
    private const int Runs = 5;
    private const int Sample = 2000;

    private static readonly Lazy<double> Round = new(() => Least(() => Bcrypt.Verify([], $"$2b$06${new string('.', 53)}")) / (1 << 6));
    private static readonly Lazy<double> Sha1 = new(() => Least(() => Pbkdf2Hash.Work("sha1", Sample)) / Sample);
    private static readonly Lazy<double> Sha256 = new(() => Least(() => Pbkdf2Hash.Work("sha256", Sample)) / Sample);
    private static readonly Lazy<double> Sha512 = new(() => Least(() => Pbkdf2Hash.Work("sha512", Sample)) / Sample);

    /// <summary>Of a bcrypt hash.</summary>
    public static double OfBcrypt(int cost) => Round.Value * (1 << cost);

    /// <summary>Of a PBKDF2 hash.</summary>
    public static double OfPbkdf2(string digest, int iterations) => iterations * (digest switch { "sha1" => Sha1, "sha256" => Sha256, _ => Sha512 }).Value;

    private static double Least(Action work)
    {
        var least = double.MaxValue;
        for (var run = 0; run < Runs; run++)
        {
            var begun = Stopwatch.GetTimestamp();
            work();
            least = Math.Min(least, Stopwatch.GetElapsedTime(begun).TotalSeconds);
        }

        return least;
    }
}
