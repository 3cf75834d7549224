using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>A small SMTP server on loopback that speaks STARTTLS or TLS at once (RFC 5321, RFC 3207, RFC 8314), and behaves as badly as the test wishes.</summary>
public sealed class SmtpListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Received> _mails = new();
    private readonly ConcurrentQueue<string> _inClear = new();
    private readonly X509Certificate2 _certificate = SelfSigned();
    private readonly Task _loop;

    public SmtpListener()
    {
        _listener.Start();
        _loop = LoopAsync();
    }

    /// <summary>The port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What it presents.</summary>
    public X509Certificate2 Certificate => _certificate;

    /// <summary>Mails that it said yes to.</summary>
    public IReadOnlyCollection<Received> Mails => _mails;

    /// <summary>Commands that came before TLS.</summary>
    public IReadOnlyCollection<string> InClear => _inClear;

    /// <summary>False: STARTTLS is not offered.</summary>
    public bool OffersTls { get; set; } = true;

    /// <summary>True: TLS begins with the connection.</summary>
    public bool IsImplicit { get; init; }

    /// <summary>True: a further answer stands behind the one to STARTTLS, in clear, as somebody in the middle would put it there.</summary>
    public bool InjectsAfterStartTls { get; set; }

    /// <summary>The ways to sign in.</summary>
    public string Methods { get; set; } = "PLAIN LOGIN";

    /// <summary>What a right sign-in is answered.</summary>
    public string SignInAnswer { get; set; } = "235 welcome";

    /// <summary>What the whole mail is answered.</summary>
    public string ContentAnswer { get; set; } = "250 taken";

    /// <summary>What RCPT TO is answered.</summary>
    public string RecipientAnswer { get; set; } = "250 ok";

    /// <summary>True: it accepts connections and says nothing.</summary>
    public bool IsSilent { get; set; }

    /// <summary>True: after the mail is accepted, the line goes before the answer is sent.</summary>
    public bool DropsAfterData { get; set; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _certificate.Dispose();
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        var talks = new List<Task>();
        try
        {
            while (true) talks.Add(TalkAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
        }

        await Task.WhenAll(talks);
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var connection = client;
        try
        {
            if (IsSilent) await Task.Delay(Timeout.Infinite, _stop.Token);
            if (IsImplicit) await SecureAsync(client.GetStream(), greet: true);
            else await ConverseAsync(client.GetStream(), isSecure: false, greet: true);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or AuthenticationException)
        {
        }
    }

    private async Task SecureAsync(Stream stream, bool greet)
    {
        await using var secure = new SslStream(stream, leaveInnerStreamOpen: true);
        await secure.AuthenticateAsServerAsync(_certificate, false, SslProtocols.Tls12 | SslProtocols.Tls13, false);
        await ConverseAsync(secure, isSecure: true, greet);
    }

    private async Task ConverseAsync(Stream stream, bool isSecure, bool greet)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, false, 1024, leaveOpen: true);
        async Task SayAsync(string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), _stop.Token);

        if (greet) await SayAsync("220 listener.test ESMTP");
        string? user = null, from = null, to = null;
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            if (line.EndsWith(" HTTP/1.1", StringComparison.Ordinal)) return; // meant for who had the port before: receivers and servers of other suites
            if (!isSecure) _inClear.Enqueue(line);
            switch (line.Split(' ')[0].ToUpperInvariant())
            {
                case "EHLO" when isSecure: await SayAsync($"250-listener.test\r\n250-SMTPUTF8\r\n250-8BITMIME\r\n250 AUTH {Methods}"); break;
                case "EHLO": await SayAsync(OffersTls ? "250-listener.test\r\n250 STARTTLS" : "250-listener.test\r\n250 SMTPUTF8"); break;
                case "STARTTLS":
                    await SayAsync(InjectsAfterStartTls ? "220 go ahead\r\n250 and on" : "220 go ahead");
                    await SecureAsync(stream, greet: false);
                    return;
                case "AUTH" when line.Contains("PLAIN", StringComparison.Ordinal):
                    user = Text(line.Split(' ')[2]).Split('\0')[1];
                    await SayAsync(SignInAnswer);
                    break;
                case "AUTH":
                    await SayAsync("334 VXNlcm5hbWU6");
                    user = Text(await reader.ReadLineAsync(_stop.Token) ?? "");
                    await SayAsync("334 UGFzc3dvcmQ6");
                    await reader.ReadLineAsync(_stop.Token);
                    await SayAsync(SignInAnswer);
                    break;
                case "MAIL": from = line; await SayAsync("250 ok"); break;
                case "RCPT": to = line; await SayAsync(RecipientAnswer); break;
                case "DATA":
                    await SayAsync("354 send");
                    var data = new StringBuilder();
                    while (await reader.ReadLineAsync(_stop.Token) is { } text and not ".") data.Append(text.StartsWith('.') ? text[1..] : text).Append("\r\n");
                    if (ContentAnswer.StartsWith('2')) _mails.Enqueue(new Received(user, from ?? "", to ?? "", data.ToString(), isSecure));
                    if (DropsAfterData) return;
                    await SayAsync(ContentAnswer);
                    break;
                case "QUIT": await SayAsync("221 bye"); return;
                default: await SayAsync("500 what?"); break;
            }
        }
    }

    private static string Text(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>A mail and how it came.</summary>
    public sealed record Received(string? User, string From, string To, string Data, bool OverTls);
}
