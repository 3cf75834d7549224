using System.Text;

namespace Pynomaly.Identity.Mail;

/// <summary>The client's half of a conversation with an SMTP server (RFC 5321), one mail and one recipient. Nothing is sent ahead: each answer is read before the next command.</summary>
internal sealed class SmtpSession(Stream stream)
{
    private const int LongestLine = 2048; // RFC 5321 §4.5.3.1.5 says 512; extensions may answer more
    private const int MostLines = 100;
    private readonly byte[] _buffer = new byte[4096];
    private int _at;
    private int _end;
    private IReadOnlyList<string> _offers = [];

    /// <summary>Waits for the greeting. §3.1.</summary>
    public async Task GreetAsync(CancellationToken cancellationToken) => await RequireAsync(SmtpStep.Connection, 220, cancellationToken);

    /// <summary>Says hello and learns what the server offers. §3.2.</summary>
    public async Task HelloAsync(CancellationToken cancellationToken) =>
        _offers = [.. (await AskAsync(SmtpStep.Connection, "EHLO [127.0.0.1]", 250, cancellationToken)).Skip(1)]; // an address literal: this machine's name is nobody's business (§4.1.3)

    /// <summary>Asks for TLS. RFC 3207 §4.</summary>
    public async Task StartTlsAsync(CancellationToken cancellationToken)
    {
        if (!Offers("STARTTLS")) throw new SmtpRefusedException(SmtpStep.Connection, 0);
        await AskAsync(SmtpStep.Connection, "STARTTLS", 220, cancellationToken);

        // What is there before the handshake was put there by somebody in the middle.
        if (_at < _end) throw new SmtpRefusedException(SmtpStep.Connection, 0);
    }

    /// <summary>Signs in. RFC 4954, by PLAIN (RFC 4616), or LOGIN where only that is offered.</summary>
    public async Task SignInAsync(string name, string password, CancellationToken cancellationToken)
    {
        var methods = _offers.FirstOrDefault(offer => offer.StartsWith("AUTH ", StringComparison.OrdinalIgnoreCase))?.Split(' ') ?? [];
        if (methods.Contains("PLAIN", StringComparer.OrdinalIgnoreCase))
        {
            await AskAsync(SmtpStep.SignIn, $"AUTH PLAIN {Base64($"\0{name}\0{password}")}", 235, cancellationToken);
            return;
        }

        if (!methods.Contains("LOGIN", StringComparer.OrdinalIgnoreCase)) throw new SmtpRefusedException(SmtpStep.SignIn, 0);
        await AskAsync(SmtpStep.SignIn, "AUTH LOGIN", 334, cancellationToken);
        await AskAsync(SmtpStep.SignIn, Base64(name), 334, cancellationToken);
        await AskAsync(SmtpStep.SignIn, Base64(password), 235, cancellationToken);
    }

    /// <summary>Hands the mail over. §3.3. The content's lines end in CR LF.</summary>
    public async Task SendAsync(string from, string to, byte[] content, CancellationToken cancellationToken)
    {
        // RFC 6531 §3.4: an address of other letters goes only where that is understood.
        var isInternational = !Ascii.IsValid(from) || !Ascii.IsValid(to);
        if (isInternational && !Offers("SMTPUTF8")) throw new SmtpRefusedException(SmtpStep.Recipient, 550);
        await AskAsync(SmtpStep.Sender, $"MAIL FROM:<{from}>{(isInternational ? " SMTPUTF8" : "")}", 250, cancellationToken);
        await AskAsync(SmtpStep.Recipient, $"RCPT TO:<{to}>", 250, cancellationToken);
        await AskAsync(SmtpStep.Content, "DATA", 354, cancellationToken);
        await stream.WriteAsync(Stuff(content), cancellationToken);
        await stream.WriteAsync(".\r\n"u8.ToArray(), cancellationToken);
        await stream.FlushAsync(cancellationToken);
        await RequireAsync(SmtpStep.Content, 250, cancellationToken);
        await stream.WriteAsync("QUIT\r\n"u8.ToArray(), cancellationToken); // the mail is theirs: no answer to this changes it
    }

    // A line that begins with a dot gets another one (§4.5.2): else it would end the mail, and what follows be commands.
    private static byte[] Stuff(byte[] content)
    {
        var stuffed = new List<byte>(content.Length + 16);
        var isLineStart = true;
        foreach (var one in content)
        {
            if (isLineStart && one == (byte)'.') stuffed.Add((byte)'.');
            stuffed.Add(one);
            isLineStart = one == (byte)'\n';
        }

        return [.. stuffed];
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private bool Offers(string extension) => _offers.Any(offer => offer.Split(' ')[0].Equals(extension, StringComparison.OrdinalIgnoreCase));

    private async Task<IReadOnlyList<string>> AskAsync(SmtpStep step, string command, int expected, CancellationToken cancellationToken)
    {
        if (command.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0) throw new SmtpRefusedException(step, 501); // a second command in an address
        await stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"), cancellationToken);
        await stream.FlushAsync(cancellationToken);
        return await RequireAsync(step, expected, cancellationToken);
    }

    // The lines of an answer without their code (§4.2.1).
    private async Task<IReadOnlyList<string>> RequireAsync(SmtpStep step, int expected, CancellationToken cancellationToken)
    {
        List<string> lines = [];
        while (lines.Count < MostLines)
        {
            var line = await ReadLineAsync(cancellationToken);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), out var code)) throw new SmtpRefusedException(step, 0);
            lines.Add(line.Length > 4 ? line[4..].Trim() : string.Empty);
            if (line.Length > 3 && line[3] == '-') continue;
            return code == expected || (expected == 250 && code == 251) ? lines : throw new SmtpRefusedException(step, code);
        }

        throw new SmtpRefusedException(step, 0);
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (line.Length < LongestLine)
        {
            if (_at == _end)
            {
                (_at, _end) = (0, await stream.ReadAsync(_buffer, cancellationToken));
                if (_end == 0) throw new IOException("The SMTP server closed the connection.");
            }

            var next = (char)_buffer[_at++];
            if (next == '\n') return line.ToString().TrimEnd('\r');
            line.Append(next);
        }

        throw new IOException("The SMTP server answers without end.");
    }
}
