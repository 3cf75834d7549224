namespace Pynomaly.Identity.Users;

/// <summary>Why a user name or e-mail address cannot be taken: a stable code for translations, and the end of an English sentence that begins with the name.</summary>
internal sealed record NameProblem(string Code, string Message)
{
    /// <summary>Nothing, or far too much.</summary>
    public static readonly NameProblem Length = new("length", "has to have 1 to 256 characters");

    /// <summary>No text.</summary>
    public static readonly NameProblem Malformed = new("malformed", "holds something that is no character");

    /// <summary>Blanks before or after it.</summary>
    public static readonly NameProblem Blanks = new("blanks", "has blanks around it");

    /// <summary>A character that people do not see, or take for another.</summary>
    public static readonly NameProblem Unseen = new("unseen", "holds a character that cannot be seen or told from another");

    /// <summary>Scripts that are mixed to deceive.</summary>
    public static readonly NameProblem Mixed = new("mixed", "mixes letters of scripts that look alike");

    /// <summary>Another script that passes for Latin.</summary>
    public static readonly NameProblem LooksLatin = new("looks_latin", "looks like a Latin name");

    /// <summary>An e-mail address that is none.</summary>
    public static readonly NameProblem NoAddress = new("no_address", "is not an e-mail address");

    /// <summary>An e-mail address, but not the one that was invited.</summary>
    public static readonly NameProblem NotInvited = new("not_invited", "is an e-mail address that is not the invited one");

    /// <summary>Another account has it.</summary>
    public static readonly NameProblem Taken = new("taken", "is taken");
}
