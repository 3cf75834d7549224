namespace Pynomaly.Identity.Protocol;

/// <summary>Passkeys. Keys stand under "Identity:Passkeys:".</summary>
public sealed record PasskeySettings
{
    /// <summary>The relying party's id: a domain that the issuer's host is, or ends with. Default: the issuer's host. Passkeys are bound to it for good.</summary>
    public string RelyingPartyId { get; init; } = "localhost";

    /// <summary>The name that authenticators show. Default "Pynomaly".</summary>
    public string RelyingPartyName { get; init; } = "Pynomaly";

    /// <summary>Origins beside the issuer's own from which passkeys may be used, published at /.well-known/webauthn. Default: none.</summary>
    public string[] RelatedOrigins { get; init; } = [];

    /// <summary>"None" (default) accepts every authenticator; "Required" wants a statement that is proven against <see cref="AttestationRoots"/>.</summary>
    public string Attestation { get; init; } = "None";

    /// <summary>A directory with the certificates (PEM or DER) that attestation is proven against.</summary>
    public string? AttestationRoots { get; init; }

    /// <summary>The models of authenticators that are admitted, by AAGUID; empty: all. Wants <see cref="Attestation"/> Required, since an unproven AAGUID is only a claim.</summary>
    public string[] AllowedModels { get; init; } = [];

    internal static PasskeySettings Read(SettingsReader read, string issuer, string contentRoot)
    {
        var host = new Uri(issuer).Host;
        var settings = new PasskeySettings
        {
            RelyingPartyId = read.Text("Passkeys:RelyingPartyId", host).ToLowerInvariant(),
            RelyingPartyName = read.Text("Passkeys:RelyingPartyName", "Pynomaly"),
            RelatedOrigins = read.List("Passkeys:RelatedOrigins"),
            Attestation = read.Choice("Passkeys:Attestation", "None", "None", "Required"),
            AttestationRoots = read.OptionalText("Passkeys:AttestationRoots") is { } path ? Path.GetFullPath(path, contentRoot) : null,
            AllowedModels = read.List("Passkeys:AllowedModels"),
        };
        var id = settings.RelyingPartyId;
        if (id != host && !host.EndsWith("." + id, StringComparison.Ordinal))
            throw SettingsReader.Bad("Passkeys:RelyingPartyId", id, $"the host of the issuer or a domain above it ({host})", "Leave it out, or write such a domain");
        foreach (var origin in settings.RelatedOrigins)
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme != "https" || uri.GetLeftPart(UriPartial.Authority) != origin)
                throw SettingsReader.Bad("Passkeys:RelatedOrigins", origin, "an https origin without a path", "Write for example https://id.example.org");
        foreach (var model in settings.AllowedModels)
            if (!Guid.TryParseExact(model, "D", out _)) throw SettingsReader.Bad("Passkeys:AllowedModels", model, "an AAGUID", "Write it as 8-4-4-4-12 hexadecimal digits");
        if (settings.Attestation == "Required" && settings.AttestationRoots is null)
            throw new ConfigurationException("Identity:Passkeys:AttestationRoots is missing, but Identity:Passkeys:Attestation is Required. Write the directory with the certificates to prove statements against.");
        if (settings.AllowedModels.Length > 0 && settings.Attestation != "Required")
            throw new ConfigurationException("Identity:Passkeys:AllowedModels needs Identity:Passkeys:Attestation to be Required: an authenticator's model is only a claim until it is proven.");
        return settings;
    }
}
