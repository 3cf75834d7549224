using System.Text;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Names of events as they are read: "SignInFailed" is "Sign in failed". The name itself is what is searched for, and stands beside.</summary>
internal static class EventWords
{
    /// <summary>The words.</summary>
    public static string Of(string name)
    {
        var words = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            var begins = i > 0 && char.IsAsciiLetterUpper(name[i]) && !char.IsAsciiLetterUpper(name[i - 1]);
            if (begins) words.Append(' ');
            words.Append(begins ? char.ToLowerInvariant(name[i]) : name[i]);
        }

        return words.ToString();
    }
}
