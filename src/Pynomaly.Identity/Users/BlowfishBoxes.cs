using System.Numerics;

namespace Pynomaly.Identity.Users;

/// <summary>Blowfish's initial subkeys: the first 1,042 words of the fraction of pi, 18 for P and then 4 × 256 for S.</summary>
/// <remarks>Computed once, at the first use, by Machin's formula. A copied table can carry a wrong digit for years; pi cannot.</remarks>
internal static class BlowfishBoxes
{
    /// <summary>Words of the P array.</summary>
    public const int Subkeys = 18;

    /// <summary>Words of P and the four S boxes together.</summary>
    public const int Words = Subkeys + (4 * 256);

    private const int GuardBits = 64;

    private static readonly Lazy<uint[]> Computed = new(Compute);

    /// <summary>P followed by S, most significant bits of pi first.</summary>
    public static ReadOnlySpan<uint> Initial => Computed.Value;

    private static uint[] Compute()
    {
        var one = BigInteger.One << ((Words * 32) + GuardBits);

        // pi = 16 arctan(1/5) - 4 arctan(1/239)
        var pi = (16 * ArcTangentOfReciprocal(5, one)) - (4 * ArcTangentOfReciprocal(239, one));
        var fraction = (pi - (3 * one)) >> GuardBits;

        var words = new uint[Words];
        for (var i = Words - 1; i >= 0; i--)
        {
            words[i] = (uint)(fraction & uint.MaxValue);
            fraction >>= 32;
        }

        return words;
    }

    private static BigInteger ArcTangentOfReciprocal(int x, BigInteger one)
    {
        var power = one / x;
        var sum = power;
        for (var n = 3; !power.IsZero; n += 2)
        {
            power /= x * x;
            sum += n % 4 == 3 ? -(power / n) : power / n;
        }

        return sum;
    }
}
