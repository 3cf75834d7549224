using System.Runtime.InteropServices;
using System.Text;
using Pynomaly.Identity.Users;
using Xunit;

namespace Pynomaly.Identity.Tests.Users;

/// <summary>Our bcrypt against the system's: two implementations that share no line must agree on cases that nobody chose.</summary>
public sealed class BcryptAgainstLibcryptTests
{
    private const int Cases = 400;

    [Fact]
    public unsafe void Random_passwords_hash_as_the_systems_libcrypt_hashes_them()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux systems ship a libcrypt that knows bcrypt.");
        Assert.SkipUnless(NativeLibrary.TryLoad("libcrypt.so.1", out var library), "libcrypt.so.1 is not installed here.");
        var crypt = (delegate* unmanaged<byte*, byte*, byte*>)NativeLibrary.GetExport(library, "crypt");
        var random = new Random(20260101);

        for (var i = 0; i < Cases; i++)
        {
            var password = new byte[random.Next(0, 101)];
            for (var n = 0; n < password.Length; n++) password[n] = (byte)random.Next(1, 256);
            var salt = new byte[16];
            random.NextBytes(salt);
            var ours = Bcrypt.Hash(password, salt, cost: 4);

            string? theirs;
            fixed (byte* key = (byte[])[.. password, 0])
            fixed (byte* setting = Encoding.ASCII.GetBytes(ours[..29] + '\0'))
            {
                theirs = Marshal.PtrToStringAnsi((nint)crypt(key, setting));
            }

            Assert.True(ours == theirs, $"case {i}, {Convert.ToHexString(password)}: ours {ours}, libcrypt's {theirs}");
        }
    }
}
