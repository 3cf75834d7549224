namespace Pynomaly.Identity.Users;

/// <summary>Why a password is refused: a stable code for programs and translations, a sentence for people. Never the password.</summary>
internal sealed record PasswordProblem(string Code, string Message)
{
    /// <summary>No text: half a character, or a NUL.</summary>
    public static readonly PasswordProblem Malformed = new("malformed", "The password holds something that is no character. Please type it again.");

    /// <summary>More than 256 characters.</summary>
    public static readonly PasswordProblem TooLong = new("too_long", $"The password may have at most {PasswordRules.MaximumLength} characters.");

    /// <summary>On the list of leaked passwords, or such a word with a few digits or signs around it.</summary>
    public static readonly PasswordProblem Common = new("common", "This is one of the passwords that attackers try first. Please choose another one.");

    /// <summary>In the file of breached passwords.</summary>
    public static readonly PasswordProblem Breached = new("breached", "This password is known from a breach of another service. Please choose another one.");

    /// <summary>One short piece over and over, or a run of the alphabet, the digits or the keyboard.</summary>
    public static readonly PasswordProblem Pattern = new("pattern", "The password is a repetition or a simple sequence. Please choose another one.");

    /// <summary>The product's name and little else.</summary>
    public static readonly PasswordProblem ProductName = new("product_name", "The password is little more than the name of this service.");

    /// <summary>The person's own names and little else.</summary>
    public static readonly PasswordProblem OwnName = new("own_name", "The password is little more than your name, user name or e-mail address.");

    /// <summary>Composition, if asked for.</summary>
    public static readonly PasswordProblem NoUpper = new("no_upper", "The password needs an upper-case letter.");

    /// <summary>Composition, if asked for.</summary>
    public static readonly PasswordProblem NoLower = new("no_lower", "The password needs a lower-case letter.");

    /// <summary>Composition, if asked for.</summary>
    public static readonly PasswordProblem NoDigit = new("no_digit", "The password needs a digit.");

    /// <summary>Composition, if asked for.</summary>
    public static readonly PasswordProblem NoSpecial = new("no_special", "The password needs a special character, such as ! or #.");

    /// <summary>Not the one that the account was asked for with.</summary>
    public static readonly PasswordProblem NotChosen = new("not_chosen", "This is not the password that was chosen when the account was asked for.");

    /// <summary>Fewer characters than the settings ask for.</summary>
    public static PasswordProblem TooShort(int minimum) => new("too_short", $"The password needs at least {minimum} characters.");
}
