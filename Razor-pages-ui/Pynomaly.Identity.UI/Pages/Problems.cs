using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.UI.Resources;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>Why a name or a password was refused, in the reader's language.</summary>
internal static class Problems
{
    /// <summary>Of a password.</summary>
    public static string Of(PasswordProblem problem, IStringLocalizer<Texts> text, PasswordSettings settings) =>
        text[$"PasswordProblem.{problem.Code}", problem == PasswordProblem.TooLong ? PasswordRules.MaximumLength : settings.MinimumLength];

    /// <summary>Of a password, all that is against it as one text.</summary>
    public static string Of(IEnumerable<PasswordProblem> problems, IStringLocalizer<Texts> text, PasswordSettings settings) =>
        string.Join(' ', problems.Select(problem => Of(problem, text, settings)));

    /// <summary>Of a username or e-mail address.</summary>
    public static string Of(NameProblem problem, IStringLocalizer<Texts> text) => text[$"NameProblem.{problem.Code}"];
}
