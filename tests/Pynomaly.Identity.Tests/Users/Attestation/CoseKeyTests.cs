using System.Security.Cryptography;
using Xunit;

namespace Pynomaly.Identity.Tests.Users.Attestation;

/// <summary>WA-13: the credential's key is of an algorithm that counts, and is what its algorithm asks for.</summary>
public sealed class CoseKeyTests : IDisposable
{
    private readonly AttestationLab _lab = new();

    [Theory]
    [InlineData(-65535)]
    [InlineData(-8)]
    [InlineData(-47)]
    [InlineData(5)]
    public void WA_13_An_algorithm_that_does_not_count_is_refused(int algorithm) =>
        AssertRefused("the algorithm is not one that is verified here", Change(key => key[3] = algorithm));

    [Theory]
    [InlineData(-7, 2)]
    [InlineData(-35, 1)]
    [InlineData(-257, 1)]
    public void WA_13_The_curve_is_the_algorithms(int algorithm, int curve) =>
        AssertRefused("the credential's curve is not its algorithm's", Change(key => (key[3], key[-1]) = (algorithm, curve)));

    [Fact]
    public void WA_13_An_RSA_key_has_an_RSA_algorithm() => AssertRefused("the credential's key is not its algorithm's", Rsa(key => key[3] = -7));

    [Fact]
    public void WA_13_A_point_off_its_curve_is_refused()
    {
        var data = _lab.AuthenticatorData(Change(key => ((byte[])key[-3])[31] ^= 1));
        var self = AttestationLab.Object("packed", new() { ["alg"] = -7, ["sig"] = AttestationLab.Sign(_lab.Credential, _lab.Signed(data)) }, data);

        Assert.False(_lab.Verify(self).IsValid);
    }

    [Fact]
    public void WA_13_A_point_has_its_curves_length()
    {
        AssertRefused("the credential's point has a wrong length", Change(key => key[-2] = new byte[31]));
        AssertRefused("the credential's point has a wrong length", Change(key => key[-3] = new byte[48]));
    }

    [Fact]
    public void WA_13_A_key_has_what_it_needs_and_nothing_else()
    {
        AssertRefused("the credential's key has a parameter too many", Change(key => key[2] = new byte[] { 1 }));
        AssertRefused("the credential's key is not an EC or RSA key", Change(key => key.Remove(-3)));
        AssertRefused("the credential's key is not an EC or RSA key", Change(key => key.Remove(1)));
        AssertRefused("the credential's key is not an EC or RSA key", Change(key => key[1] = 1));
        AssertRefused("the algorithm is not one that is verified here", Change(key => key.Remove(3)));
        AssertRefused("the credential's key is not a map", AttestationLab.Encode("key"));
    }

    [Fact]
    public void A_giant_RSA_key_is_refused()
    {
        AssertRefused("the credential's modulus has a wrong length", Rsa(key => key[-1] = RandomNumberGenerator.GetBytes(2048)));
        AssertRefused("the credential's modulus has a wrong length", Rsa(key => key[-1] = RandomNumberGenerator.GetBytes(128)));
        AssertRefused("the credential's exponent is none", Rsa(key => key[-2] = RandomNumberGenerator.GetBytes(256)));
        AssertRefused("the credential's exponent is none", Rsa(key => key[-2] = new byte[] { 2 }));
    }

    public void Dispose() => _lab.Dispose();

    private void AssertRefused(string reason, byte[] key)
    {
        var outcome = _lab.Verify(AttestationLab.Object("none", [], _lab.AuthenticatorData(key)));

        Assert.Equal(reason, outcome.Reason);
        Assert.False(outcome.IsValid);
    }

    private byte[] Change(Action<Dictionary<object, object>> change)
    {
        var point = _lab.Credential.ExportParameters(false).Q;
        var key = new Dictionary<object, object> { [1] = 2, [3] = -7, [-1] = 1, [-2] = point.X!, [-3] = point.Y! };
        change(key);
        return AttestationLab.Encode(key);
    }

    private static byte[] Rsa(Action<Dictionary<object, object>> change)
    {
        using var rsa = RSA.Create(2048);
        var parameters = rsa.ExportParameters(false);
        var key = new Dictionary<object, object> { [1] = 3, [3] = -257, [-1] = parameters.Modulus!, [-2] = parameters.Exponent! };
        change(key);
        return AttestationLab.Encode(key);
    }
}
