using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.UI.Pages;

/// <summary>A person as the pages show one: the name they go by, and what tells the account apart.</summary>
internal sealed record PersonView
{
    /// <summary>Name, or username where no name is known.</summary>
    public required string Name { get; init; }

    /// <summary>E-mail address or username; null when it would repeat the name.</summary>
    public string? Detail { get; init; }

    /// <summary>Of an account.</summary>
    public static PersonView Of(Account account)
    {
        var name = string.IsNullOrWhiteSpace(account.Profile.Name) ? account.UserName : account.Profile.Name;
        var detail = account.Email ?? account.UserName;
        return new PersonView { Name = Words.Name(name), Detail = detail == name ? null : detail };
    }
}
