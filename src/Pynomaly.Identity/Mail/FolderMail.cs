namespace Pynomaly.Identity.Mail;

/// <summary>A mail read back from the development folder.</summary>
internal sealed record FolderMail(string Id, string To, string Subject, string Text, string Html, DateTimeOffset Written)
{
    /// <inheritdoc />
    public override string ToString() => Id;
}
