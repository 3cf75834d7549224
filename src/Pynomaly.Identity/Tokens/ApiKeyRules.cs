using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tokens;

/// <summary>What an API key may be: its name, how long it lives, from where it is used, and permissions that are never wider than its owner's.</summary>
public static class ApiKeyRules
{
    /// <summary>The longest name.</summary>
    public const int LongestName = 80;

    /// <summary>The longest that the key before a rotation goes on.</summary>
    public static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(7);

    /// <summary>How long it does when nothing is said.</summary>
    public static readonly TimeSpan UsualOverlap = TimeSpan.FromDays(1);

    private const int MostPermissions = 200;
    private const int MostAddresses = 20;

    /// <summary>What cannot stand: field, one word, one sentence. Empty: all can.</summary>
    public static IReadOnlyList<FieldProblem> Examine(ApiKeyDraft draft, KeyHolder holder, CatalogueSnapshot catalogue, ApiKeySettings settings) =>
    [
        .. ExamineName(draft.Name), .. ExaminePermissions(draft.Permissions, holder, catalogue), .. ExamineAddresses(draft.AllowedAddresses), .. ExamineLifetime(draft, settings),
    ];

    /// <summary>What is wrong with the name.</summary>
    public static IEnumerable<FieldProblem> ExamineName(string name)
    {
        if (string.IsNullOrWhiteSpace(name)) yield return new("name", "missing", $"Say what the key is for");
        else if (name.Trim().Length > LongestName) yield return new("name", "too_long", $"A name has at most {LongestName} characters");
        else if (name.Any(c => char.IsControl(c) || char.IsSurrogate(c) && !IsPaired(name))) yield return new("name", "characters", $"A name consists of visible characters");
    }

    /// <summary>What is wrong with the permissions.</summary>
    public static IEnumerable<FieldProblem> ExaminePermissions(IReadOnlyList<string> permissions, KeyHolder holder, CatalogueSnapshot catalogue)
    {
        if (permissions.Count == 0) yield return new("permissions", "missing", $"Name at least one permission");
        else if (permissions.Count > MostPermissions) yield return new("permissions", "too_many", $"At most {MostPermissions}");
        else
        {
            foreach (var one in permissions)
            {
                if (!PermissionPattern.IsWellFormed(one)) yield return new("permissions", "malformed", $"\"{one}\" is not a permission or a pattern of them. Write verb:resource; either may be \"*\", for example read:*");
                else if (holder.IsPerson && PermissionPattern.IsExact(one) && ManagementPermissions.Contains(one)) yield return new("permissions", "management", $"A person's key carries no permission over this server: {one}");
                else if (PermissionPattern.IsExact(one) && catalogue.FindPermission(one) is null) yield return new("permissions", "unknown", $"There is no permission {one}");
                else if (!IsHeld(one, holder.Patterns)) yield return new("permissions", "not_held", $"A key is never wider than its owner, who does not hold {one}");
            }
        }
    }

    /// <summary>What is wrong with the addresses.</summary>
    public static IEnumerable<FieldProblem> ExamineAddresses(IReadOnlyList<string> addresses)
    {
        if (addresses.Count > MostAddresses) yield return new("allowed_addresses", "too_many", $"A key has at most {MostAddresses} addresses and networks");
        foreach (var one in addresses)
            if (Clients.AllowedAddresses.Read(one) is null) yield return new("allowed_addresses", "malformed", $"An address is written as 203.0.113.7 or 2001:db8::7, a network as 198.51.100.0/24 or 2001:db8::/32");
    }

    /// <summary>The addresses as they are kept.</summary>
    public static List<string> Kept(IReadOnlyList<string> addresses) => [.. addresses.Select(one => Clients.AllowedAddresses.Read(one)!).Distinct(StringComparer.Ordinal)];

    /// <summary>When a key of the draft that is made now ends; null: never.</summary>
    public static DateTimeOffset? Ends(ApiKeyDraft draft, ApiKeySettings settings, DateTimeOffset now) => draft.NeverExpires ? null : now + (draft.Lifetime ?? settings.DefaultLifetime);

    private static IEnumerable<FieldProblem> ExamineLifetime(ApiKeyDraft draft, ApiKeySettings settings)
    {
        if (draft.NeverExpires && !settings.AllowNever) yield return new("expires", "never", $"Every key has to end: Identity:ApiKeys:AllowNever is off");
        else if (draft.Lifetime <= TimeSpan.Zero) yield return new("expires", "past", $"Its end has to lie ahead");
        else if (!draft.NeverExpires && draft.Lifetime > settings.LongestLifetime) yield return new("expires", "too_late", $"A key lives {settings.LongestLifetime.Days} days at most");
    }

    // A wildcard is held by who holds one that is at least as wide: what the catalogue gains tomorrow must be theirs too.
    private static bool IsHeld(string pattern, IReadOnlyCollection<string> held)
    {
        if (PermissionPattern.IsExact(pattern)) return PermissionPattern.AnyMatches(held, pattern);
        var (verb, resource) = Parts(pattern);
        return held.Where(one => PermissionPattern.IsWellFormed(one)).Select(Parts).Any(one => (one.Verb == "*" || one.Verb == verb) && (one.Resource == "*" || one.Resource == resource));
    }

    private static (string Verb, string Resource) Parts(string pattern) => pattern.Split(':') is [var verb, var resource] ? (verb, resource) : ("", "");

    private static bool IsPaired(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) i++;
            else if (char.IsSurrogate(text[i])) return false;
        }

        return true;
    }
}
