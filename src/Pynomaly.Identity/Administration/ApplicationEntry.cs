using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration;

/// <summary>An application in a configuration file: the members of RFC 7591 §2 and of this server, what is left out at its default.</summary>
internal sealed record ApplicationEntry(FileNode Node, string ClientId, string? Secret, bool IsEnabled, ClientMetadata Metadata)
{
    private static readonly string[] Own = ["client_id", "client_secret", "enabled"];
    private static readonly string[] Registered = [.. AdministrationJson.Default.ClientMetadata.Properties.Select(property => property.Name)];
    private static readonly string[] Known = [.. Own, .. Registered];

    public static ApplicationEntry Read(FileNode node)
    {
        var members = node.Members(Known);
        var clientId = members.TryGetValue("client_id", out var named) ? named.Text() : throw node.Wrong("client_id is missing");
        if (!Rules.IsClientId(clientId)) throw named.Wrong($"\"{clientId}\" is not a client identifier: visible ASCII characters, at most 128");

        return new(node, clientId, members.TryGetValue("client_secret", out var s) ? ReadSecret(s) : null,
            !members.TryGetValue("enabled", out var e) || e.Flag(), ReadMetadata(node, members));
    }

    private static string ReadSecret(FileNode node)
    {
        var secret = SecretReference.Resolve(node);
        if (!Rules.HasEnoughBits(secret))
            throw node.Wrong("the secret is too short to be kept safely: it needs 128 bits. Take 32 random bytes, for example of: openssl rand -base64 32");
        return secret;
    }

    // The generated reader leaves out defaults, so the file's members are laid over a whole default record.
    private static ClientMetadata ReadMetadata(FileNode node, Dictionary<string, FileNode> members)
    {
        var whole = JsonSerializer.SerializeToNode(new ClientMetadata(), AdministrationJson.Default.ClientMetadata)!.AsObject();
        foreach (var (name, member) in members)
            if (!Own.Contains(name)) whole[name] = JsonNode.Parse(member.Value.GetRawText(), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        try
        {
            return whole.Deserialize(AdministrationJson.Default.ClientMetadata)!;
        }
        catch (JsonException e)
        {
            throw new FileNode(node.Source, $"{node.Place}{e.Path?.TrimStart('$')}", default).Wrong(Expected(e.Path));
        }
    }

    private static string Expected(string? path)
    {
        var name = path?.TrimStart('$', '.').Split('[')[0];
        var type = AdministrationJson.Default.ClientMetadata.Properties.FirstOrDefault(property => property.Name == name)?.PropertyType;
        var kind = type == typeof(bool) ? "true or false" : type == typeof(int?) ? "a whole number" : type == typeof(List<string>) ? "an array of texts" : "a text";
        return $"{kind} was expected";
    }
}
