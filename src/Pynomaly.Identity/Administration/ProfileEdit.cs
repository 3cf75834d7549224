using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.SelfService;

namespace Pynomaly.Identity.Administration;

/// <summary>Claims that an operator sets, by the rules that hold for people themselves.</summary>
internal static class ProfileEdit
{
    private const string Phone = "phone_number";

    /// <summary>What cannot stand.</summary>
    public static IEnumerable<FieldProblem> Problems(IReadOnlyDictionary<string, string?> claims) =>
        from one in claims
        let problem = ProfileClaim.Find(one.Key) is not { } claim ? ProfileRules.Unknown : Clean(one.Value) is { } value ? claim.FindProblem(value) : null
        where problem is not null
        select new FieldProblem(one.Key, problem, $"{ProfileRules.Describe(problem)}");

    /// <summary>The profile and the telephone number with the claims set.</summary>
    public static (UserProfile Profile, string? PhoneNumber) Apply(UserProfile profile, string? phone, IReadOnlyDictionary<string, string?> claims)
    {
        foreach (var (name, value) in claims)
        {
            if (name == Phone) phone = Clean(value);
            else profile = ProfileClaim.Find(name)!.With(profile, Clean(value));
        }

        return (profile, phone);
    }

    private static string? Clean(string? value) => value?.Trim() is { Length: > 0 } text ? text.ReplaceLineEndings("\n") : null;
}
