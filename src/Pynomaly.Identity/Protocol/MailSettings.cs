namespace Pynomaly.Identity.Protocol;

/// <summary>How e-mail leaves. Keys stand under "Identity:Mail:".</summary>
public sealed record MailSettings
{
    /// <summary>"Off" (default: nothing that needs e-mail is offered), "Folder" (.eml files, for development) or "Smtp".</summary>
    public string Delivery { get; init; } = "Off";

    /// <summary>The folder of <see cref="Delivery"/> Folder. Default: "mail" beside the content root.</summary>
    public string Folder { get; init; } = "mail";

    /// <summary>The sender's address.</summary>
    public string From { get; init; } = "no-reply@localhost";

    /// <summary>The sender's name. Default "Pynomaly".</summary>
    public string FromName { get; init; } = "Pynomaly";

    /// <summary>The SMTP server.</summary>
    public string? Host { get; init; }

    /// <summary>Its submission port. Default 587.</summary>
    public int Port { get; init; } = 587;

    /// <summary>The name to sign in with; null: none.</summary>
    public string? UserName { get; init; }

    /// <summary>The password, as text or by "env:NAME" or "file:PATH".</summary>
    public string? Password { get; init; }

    /// <summary>True (default) sends only after STARTTLS with a certificate that holds; false is for a relay on loopback.</summary>
    public bool RequireTls { get; init; } = true;

    /// <summary>True speaks TLS from the first byte (RFC 8314 §3.3); false begins with STARTTLS. Default: true on port 465.</summary>
    public bool ImplicitTls { get; init; }

    /// <summary>A PEM file with the authorities that may have issued the server's certificate; null: those that the system trusts.</summary>
    public string? Authority { get; init; }

    /// <inheritdoc />
    public override string ToString() => Delivery; // the password does not belong in a log

    internal static MailSettings Read(SettingsReader read, string contentRoot)
    {
        var settings = new MailSettings
        {
            Delivery = read.Choice("Mail:Delivery", "Off", "Off", "Folder", "Smtp"),
            Folder = Path.GetFullPath(read.Text("Mail:Folder", "mail"), contentRoot),
            From = read.Text("Mail:From", "no-reply@localhost"),
            FromName = read.Text("Mail:FromName", "Pynomaly"),
            Host = read.OptionalText("Mail:Host"),
            Port = read.Number("Mail:Port", 587, 1, 65535),
            UserName = read.OptionalText("Mail:UserName"),
            Password = SecretOf(read.OptionalText("Mail:Password")),
            RequireTls = read.Flag("Mail:RequireTls", true),
            ImplicitTls = read.Flag("Mail:ImplicitTls", read.Number("Mail:Port", 587, 1, 65535) == 465),
            Authority = read.OptionalText("Mail:Authority") is { } file ? Path.GetFullPath(file, contentRoot) : null,
        };
        if (settings.Authority is { } authority && !File.Exists(authority)) throw new ConfigurationException($"Identity:Mail:Authority names the file {authority}, which is not there.");
        if (settings.Delivery == "Smtp" && settings.Host is null) throw new ConfigurationException("Identity:Mail:Host is missing, but Identity:Mail:Delivery is Smtp. Write the name of the SMTP server.");
        if (!System.Net.Mail.MailAddress.TryCreate(settings.From, out var sender) || sender.Address != settings.From) throw SettingsReader.Bad("Mail:From", settings.From, "an e-mail address", "Write for example no-reply@example.org");
        if (settings is { Delivery: "Smtp", RequireTls: false } && !(settings.Host == "localhost" || (System.Net.IPAddress.TryParse(settings.Host, out var address) && System.Net.IPAddress.IsLoopback(address))))
            throw SettingsReader.Bad("Mail:RequireTls", "false", "allowed for a server elsewhere", "Only a relay on loopback may be spoken to in clear; write true");
        return settings;
    }

    private static string? SecretOf(string? text)
    {
        if (text?.StartsWith("env:", StringComparison.Ordinal) == true)
            return Environment.GetEnvironmentVariable(text[4..]) is { Length: > 0 } value ? value : throw new ConfigurationException($"Identity:Mail:Password names the environment variable {text[4..]}, which is not set.");
        if (text?.StartsWith("file:", StringComparison.Ordinal) != true) return text;
        try
        {
            return File.ReadAllText(text[5..]).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"Identity:Mail:Password names the file {text[5..]}, which cannot be read.");
        }
    }
}
