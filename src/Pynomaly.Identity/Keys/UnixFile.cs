using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Pynomaly.Identity.Keys;

/// <summary>Who owns a file, which the framework does not tell. Linux only, by statx, whose layout is the same on every architecture; elsewhere nobody is wrong.</summary>
internal static unsafe partial class UnixFile
{
    private const int CurrentDirectory = -100;
    private const uint UserMask = 0x8;
    private const int UserOffset = 20;

    /// <summary>True when the file belongs to the user that this process runs as, or when that cannot be told.</summary>
    public static bool IsOwn(string path)
    {
        if (!OperatingSystem.IsLinux()) return true;
        var status = stackalloc byte[256];
        try
        {
            return StatX(CurrentDirectory, path, 0, UserMask, status) != 0
                || BinaryPrimitives.ReadUInt32LittleEndian(new ReadOnlySpan<byte>(status + UserOffset, 4)) == EffectiveUser();
        }
        catch (EntryPointNotFoundException)
        {
            return true; // a C library older than statx; the mode is checked all the same
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(int directory, string path, int flags, uint mask, byte* status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint EffectiveUser();
}
