using System.Runtime.InteropServices;

namespace Pynomaly.Identity.Users;

/// <summary>Lowers the calling thread's share of the processor on Linux, where the runtime ignores <see cref="Thread.Priority"/>.</summary>
/// <remarks>setpriority(2): to Linux, PRIO_PROCESS and 0 are the calling thread. Nice 5 is about a third of a normal thread's share, when both want it:
/// at a tenth, a flood of token requests left sign-ins next to nothing (measured by bench).</remarks>
internal static partial class ThreadNiceness
{
    /// <summary>The niceness of a lowered thread.</summary>
    public const int Lowered = 5;

    public static void Lower()
    {
        if (!OperatingSystem.IsLinux()) return;

        // A container that forbids it costs latency under attack, not correctness.
        _ = SetPriority(which: 0, who: 0, Lowered);
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, int who, int priority);
}
