using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Users;

/// <summary>What a new password must be: long enough, not among those that attackers try first, not the person's or the product's name.</summary>
/// <remarks>
/// NIST SP 800-63B-4 §3.1.1.2, ASVS 6.2. No composition rules unless the settings ask for them, no expiry, any Unicode character, blanks included. A known
/// password is to be refused when it is set, not when it is presented: signing in never asks these rules.
/// </remarks>
internal sealed class PasswordRules(PasswordSettings settings)
{
    /// <summary>Most characters (code points).</summary>
    public const int MaximumLength = 256;

    private static readonly string[] ProductNames = ["pynomaly"];

    private readonly BreachedPasswords? breached = settings.BreachedList is { } path ? new BreachedPasswords(path) : null;

    /// <summary>Every reason against the password; empty when it may be used.</summary>
    /// <param name="password">As typed.</param>
    /// <param name="ownNames">User name, e-mail address, given and family name, as far as known.</param>
    public IReadOnlyList<PasswordProblem> Check(string password, params IEnumerable<string?> ownNames)
    {
        if (!Passwords.IsWellFormed(password)) return [password.Length > MaximumLength ? PasswordProblem.TooLong : PasswordProblem.Malformed];

        var canonical = Passwords.Canonical(password);
        var problems = new List<PasswordProblem>();

        // A single character may decompose into eighteen, and two may compose to one: neither makes a password longer.
        if (Math.Min(Count(password), Count(canonical)) < settings.MinimumLength) problems.Add(PasswordProblem.TooShort(settings.MinimumLength));
        if (Count(password) > MaximumLength) return [PasswordProblem.TooLong];

        if (CommonPasswords.Contains(canonical)) problems.Add(PasswordProblem.Common);
        else if (PasswordPatterns.IsSimple(canonical, settings.MinimumLength)) problems.Add(PasswordProblem.Pattern);

        // The lists are of passwords as they were typed elsewhere; ours may have been composed otherwise.
        if (breached is not null && (breached.Contains(password) || (canonical != password && breached.Contains(canonical)))) problems.Add(PasswordProblem.Breached);

        if (IsLittleMoreThan(canonical, ProductNames)) problems.Add(PasswordProblem.ProductName);
        if (IsLittleMoreThan(canonical, ownNames)) problems.Add(PasswordProblem.OwnName);

        if (settings.RequireComposition) CheckComposition(canonical, problems);
        return problems;
    }

    private static int Count(string text) => text.EnumerateRunes().Count();

    private static void CheckComposition(string text, List<PasswordProblem> problems)
    {
        if (!text.Any(char.IsUpper)) problems.Add(PasswordProblem.NoUpper);
        if (!text.Any(char.IsLower)) problems.Add(PasswordProblem.NoLower);
        if (!text.Any(char.IsDigit)) problems.Add(PasswordProblem.NoDigit);
        if (text.All(letter => char.IsLetterOrDigit(letter) || char.IsWhiteSpace(letter))) problems.Add(PasswordProblem.NoSpecial);
    }

    /// <summary>Names are known to an attacker, so they count for nothing: what is left without them must itself be a password.</summary>
    private bool IsLittleMoreThan(string password, IEnumerable<string?> names)
    {
        var rest = password;
        var parts = names.OfType<string>().SelectMany(PartsOf).Select(CommonPasswords.Fold).Where(part => part.Length >= 3).Distinct();
        foreach (var part in parts.OrderByDescending(part => part.Length))
        {
            // Folding keeps every character's place.
            while (CommonPasswords.Fold(rest).IndexOf(part, StringComparison.Ordinal) is >= 0 and var at) rest = rest.Remove(at, part.Length);
        }

        return rest.Length < password.Length
            && (Count(rest) < settings.MinimumLength || CommonPasswords.Contains(rest) || PasswordPatterns.IsSimple(rest, settings.MinimumLength));
    }

    private static IEnumerable<string> PartsOf(string name)
    {
        // A name that is no text cannot be in a password that is.
        if (!Passwords.IsWellFormed(name)) return [];

        var canonical = Passwords.Canonical(name);
        var separated = string.Concat(canonical.Select(letter => char.IsLetterOrDigit(letter) || char.IsSurrogate(letter) ? letter : ' '));
        return [canonical, .. separated.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
    }
}
