using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Administration;

/// <summary>A person in a configuration file: sign-in name, password, roles, and the standard claims of OpenID Connect Core §5.1.</summary>
internal sealed record UserEntry(FileNode Node, string UserName, string? Password, List<string> Roles, UserProfile Profile)
{
    private static readonly string[] Own = ["username", "email", "email_verified", "phone_number", "phone_number_verified", "password", "roles", "totp_secret", "disabled"];
    private static readonly string[] Claims = [.. AdministrationJson.Default.UserProfile.Properties.Select(property => property.Name)];
    private static readonly string[] Known = [.. Own, .. Claims];

    public string? Email { get; init; }

    public bool EmailVerified { get; init; }

    public string? PhoneNumber { get; init; }

    public bool PhoneNumberVerified { get; init; }

    public bool IsDisabled { get; init; }

    public static UserEntry Read(FileNode node)
    {
        var members = node.Members(Known);
        string? Text(string name) => members.TryGetValue(name, out var member) ? member.Text() : null;
        bool Flag(string name) => members.TryGetValue(name, out var member) && member.Flag();

        if (members.TryGetValue("totp_secret", out var totp)) throw totp.Wrong("this version has no second factors yet, so the account would be less safe than the file says. Leave it out");
        var name = Text("username") ?? throw node.Wrong("username is missing");
        if (AccountNames.FindProblem(name) is { } problem) throw members["username"].Wrong($"the user name {problem}");
        var email = Text("email");
        if (email is not null && !IsAddress(email)) throw members["email"].Wrong($"\"{email}\" is not an e-mail address");

        return new(node, name, members.TryGetValue("password", out var p) ? ReadPassword(p) : null, members.TryGetValue("roles", out var r) ? r.Texts() : [], ReadProfile(node, members))
        {
            Email = email, EmailVerified = Flag("email_verified"), PhoneNumber = Text("phone_number"), PhoneNumberVerified = Flag("phone_number_verified"), IsDisabled = Flag("disabled"),
        };
    }

    internal static bool IsAddress(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return text.Length <= 254 && at > 0 && at == text.LastIndexOf('@') && at < text.Length - 1 && !text.Any(char.IsWhiteSpace);
    }

    private static string ReadPassword(FileNode node)
    {
        var password = SecretReference.Resolve(node);
        if (password.StartsWith("$2", StringComparison.Ordinal) && password.Length == 60 && !Passwords.IsHash(password))
            throw node.Wrong("this looks like a bcrypt hash but is none that can be verified: $2a$, $2b$ or $2y$ with a cost of at most 16");
        return Passwords.IsWellFormed(password) ? password : throw node.Wrong("a password is Unicode text of at most 4,096 bytes");
    }

    private static UserProfile ReadProfile(FileNode node, Dictionary<string, FileNode> members)
    {
        var claims = new JsonObject();
        foreach (var (name, member) in members)
            if (!Own.Contains(name)) claims[name] = JsonNode.Parse(member.Value.GetRawText(), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        try
        {
            return claims.Deserialize(AdministrationJson.Default.UserProfile)!;
        }
        catch (JsonException e)
        {
            throw new FileNode(node.File, $"{node.Place}{e.Path?.TrimStart('$')}", default).Wrong("a text was expected (address: an object of texts)");
        }
    }
}
