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

    /// <summary>The seed of an authenticator app that the person has already.</summary>
    public byte[]? TotpSeed { get; init; }

    public static UserEntry Read(FileNode node)
    {
        var members = node.Members(Known);
        string? Text(string name) => members.TryGetValue(name, out var member) ? member.Text() : null;
        bool Flag(string name) => members.TryGetValue(name, out var member) && member.Flag();

        var name = Text("username") ?? throw node.Wrong("username is missing");
        if (AccountNames.FindProblem(name) is { } problem) throw members["username"].Wrong($"the user name {problem}");
        var email = Text("email");
        if (email is not null && AccountNames.ExamineAddress(email) is { } wrong) throw members["email"].Wrong($"\"{email}\" {wrong.Message}");

        return new(node, name, members.TryGetValue("password", out var p) ? ReadPassword(p) : null, members.TryGetValue("roles", out var r) ? r.Texts() : [], ReadProfile(node, members))
        {
            Email = email, EmailVerified = Flag("email_verified"), PhoneNumber = Text("phone_number"), PhoneNumberVerified = Flag("phone_number_verified"), IsDisabled = Flag("disabled"),
            TotpSeed = members.TryGetValue("totp_secret", out var t) ? ReadSeed(t) : null,
        };
    }

    private static string ReadPassword(FileNode node)
    {
        var password = SecretReference.Resolve(node);
        if (password.StartsWith("$2", StringComparison.Ordinal) && password.Length == 60 && !Passwords.IsHash(password))
            throw node.Wrong("this looks like a bcrypt hash but is none that can be verified: $2a$, $2b$ or $2y$ with a cost of at most 16");
        return Passwords.IsWellFormed(password) ? password : throw node.Wrong("a password is Unicode text of at most 4,096 bytes");
    }

    private static byte[] ReadSeed(FileNode node) => Base32.TryDecode(SecretReference.Resolve(node)) is { Length: >= TotpSeeds.ShortestImport and <= TotpSeeds.LongestImport } seed
        ? seed
        : throw node.Wrong($"a seed is Base32 of {TotpSeeds.ShortestImport} to {TotpSeeds.LongestImport} bytes, as authenticator apps take it"); // never repeated: it is a secret

    /// <inheritdoc />
    public override string ToString() => UserName; // neither password nor seed belongs in a log

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
            throw new FileNode(node.Source, $"{node.Place}{e.Path?.TrimStart('$')}", default).Wrong("a text was expected (address: an object of texts)");
        }
    }
}
