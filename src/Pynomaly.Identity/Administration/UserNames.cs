using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration;

/// <summary>User names and e-mail addresses as they are compared: every spelling of a name is one name.</summary>
internal static class UserNames
{
    /// <summary>The form that the database compares. The sign-in makes the same of what is typed.</summary>
    public static string Normalize(string name) => AccountNames.Normalize(name);
}
