namespace Pynomaly.Identity.Users;

/// <summary>Passwords that no list can hold because they are a rule: repetitions and runs of any length.</summary>
internal static class PasswordPatterns
{
    private static readonly string[] Runs =
    [
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
        "012345678901234567890123456789012345678901234567890123456789",
        "1234567890qwertyuiopasdfghjklzxcvbnm",
        "1234567890qwertzuiopasdfghjklyxcvbnm",
        "1234567890azertyuiopqsdfghjklmwxcvbn",
    ];

    /// <summary>Whether the text repeats a piece shorter than the minimum, or a common password, or runs along the alphabet, the digits or a keyboard.</summary>
    public static bool IsSimple(string text, int minimumLength)
    {
        var lower = text.ToLowerInvariant();
        return lower.Length > 0 && (Repeats(lower, minimumLength) || RunsAlong(lower));
    }

    private static bool Repeats(string text, int minimumLength)
    {
        for (var period = 1; period <= text.Length / 2; period++)
        {
            if (!text.AsSpan(period).SequenceEqual(text.AsSpan(0, text.Length - period))) continue;
            return period < minimumLength || CommonPasswords.Contains(text[..period]);
        }

        return false;
    }

    private static bool RunsAlong(string text)
    {
        var backwards = new string([.. text.Reverse()]);
        return Runs.Any(run => run.Contains(text, StringComparison.Ordinal) || run.Contains(backwards, StringComparison.Ordinal));
    }
}
