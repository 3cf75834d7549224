using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Mail;

/// <summary>Sends by SMTP submission: TLS from the first byte (RFC 8314 §3.3) or by STARTTLS (RFC 3207), with a certificate that holds, before anything is said. Only a relay on loopback may be spoken to in clear.</summary>
/// <remarks>Our own, since the framework's client knows no TLS from the first byte and does not tell what a refusal was about. A connection for each mail. Left out: sign-in by OAuth, more than one recipient.</remarks>
[Specification("RFC 5321", "Simple Mail Transfer Protocol")]
[Specification("RFC 8314", "Cleartext Considered Obsolete: Use of TLS for Email Submission and Access")]
internal sealed class SmtpSender(ServerOptions options, TimeProvider time) : IEmailSender
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <inheritdoc />
    public async Task SendAsync(string id, EmailMessage message, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            var to = WithPlainDomain(message.To);
            await TalkAsync(to, MailText.Of(id, message with { To = to }, options, time.GetUtcNow()), limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The SMTP server took too long.");
        }
    }

    private async Task TalkAsync(string to, byte[] content, CancellationToken cancellationToken)
    {
        var settings = options.Mail;
        using var client = new TcpClient();
        await client.ConnectAsync(settings.Host!, settings.Port, cancellationToken);
        Stream stream = client.GetStream();
        try
        {
            if (settings.ImplicitTls) stream = await SecureAsync(stream, cancellationToken);
            var session = new SmtpSession(stream);
            await session.GreetAsync(cancellationToken);
            await session.HelloAsync(cancellationToken);
            if (settings is { RequireTls: true, ImplicitTls: false })
            {
                await session.StartTlsAsync(cancellationToken);
                stream = await SecureAsync(stream, cancellationToken);
                session = new SmtpSession(stream); // what came before TLS counts no more (RFC 3207 §4.2)
                await session.HelloAsync(cancellationToken);
            }

            if (settings.UserName is { } name) await session.SignInAsync(name, settings.Password ?? string.Empty, cancellationToken);
            await session.SendAsync(settings.From, to, content, cancellationToken);
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }

    // RFC 5891: every server knows a domain in this form; a name before it in other letters needs one that knows RFC 6531.
    private static string WithPlainDomain(string address)
    {
        var at = address.LastIndexOf('@') + 1;
        try
        {
            return address[..at] + new IdnMapping().GetAscii(address[at..]);
        }
        catch (ArgumentException)
        {
            return address; // a literal, or no domain: the server will say so
        }
    }

    private async Task<Stream> SecureAsync(Stream stream, CancellationToken cancellationToken)
    {
        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        var wanted = new SslClientAuthenticationOptions { TargetHost = options.Mail.Host };
        if (options.Mail.Authority is { } file)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(file);
            wanted.CertificateChainPolicy = policy;
        }

        await secure.AuthenticateAsClientAsync(wanted, cancellationToken);
        return secure;
    }
}
