using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Pynomaly.Identity.Mail;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"mail": whether the server can write to people.</summary>
internal static class MailCommand
{
    public static Command Create() => new("mail", "Try the settings for e-mail.") { Test() };

    private static Command Test()
    {
        var address = new Argument<string>("ADDRESS") { Description = "Whom to send it to." };
        var json = Options.Json();
        var command = new Command("test", """
            Send one mail now, past the outbox, and say what the mail server said: the step that failed and what to change. Needs no database.

            Example:
              Pynomaly.Identity.Server mail test ada@example.org
            """)
        { address, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            if (EmailAddress.Read(result.GetValue(address)) is not { } to) throw new UsageException("ADDRESS is no e-mail address.");
            await using var session = Session.Create(result.UnmatchedTokens);
            var (options, id) = (session.Get<ServerOptions>(), Secrets.CreateId());
            if (options.Mail.Delivery == "Off") throw new ConfigurationException("E-mail is off. Set Identity:Mail:Delivery to Smtp (or Folder, in development); docs/operating/email.md tells the rest.");
            try
            {
                await session.Get<IEmailSender>().SendAsync(id, Mail(to, options), stop);
            }
            catch (Exception e) when (e is SmtpRefusedException or SocketException or IOException or AuthenticationException or TimeoutException or UnauthorizedAccessException)
            {
                throw new ConfigurationException(WhyNot(e, options.Mail));
            }

            var way = options.Mail.Delivery == "Smtp" ? $"{options.Mail.Host}:{options.Mail.Port}" : Path.Combine(options.Mail.Folder, $"{id}.eml");
            Output.Facts(result.GetValue(json), [("sent", to), ("from", options.Mail.From), ("by", way), ("id", id)]);
            return ExitCodes.Success;
        });
        return command;
    }

    private static EmailMessage Mail(string to, ServerOptions options)
    {
        var text = $"A test: {options.Issuer} can send e-mail.";
        return new EmailMessage { To = to, Subject = $"Test of {new Uri(options.Issuer).Host}", Text = text, Html = $"<p>{System.Net.WebUtility.HtmlEncode(text)}</p>" };
    }

    // The server's own words are not repeated: they may hold addresses.
    private static string WhyNot(Exception e, MailSettings mail)
    {
        var server = $"{mail.Host}:{mail.Port.ToString(CultureInfo.InvariantCulture)}";
        return e switch
        {
            SmtpRefusedException { Step: SmtpStep.Connection, Code: 0 } => $"{server} offers no STARTTLS, or is no SMTP server. Port 465 speaks TLS from the first byte (Identity:Mail:ImplicitTls), 587 STARTTLS; nothing is sent in clear.",
            SmtpRefusedException { Step: SmtpStep.SignIn } refused => $"{server} refused the sign-in ({refused.Code}). Check Identity:Mail:UserName and Password; PLAIN and LOGIN are known here, OAuth is not.",
            SmtpRefusedException { Step: SmtpStep.Sender } refused => $"{server} refused the sender {mail.From} ({refused.Code}). Set Identity:Mail:From to an address that this account may send as.",
            SmtpRefusedException { Step: SmtpStep.Recipient } refused => $"{server} refused the recipient ({refused.Code}). Often it relays for signed-in senders only: set Identity:Mail:UserName and Password.",
            SmtpRefusedException refused => $"{server} refused the mail ({refused.Step}, {refused.Code}).",
            AuthenticationException => $"The TLS certificate of {server} does not hold for that name. Write the name that it is made for into Identity:Mail:Host; for an authority of your own, its PEM file into Identity:Mail:Authority.",
            SocketException => $"{server} cannot be reached ({e.Message}). Check Identity:Mail:Host and Port, and the firewall: many networks let 587 and 465 out, but not 25.",
            TimeoutException => $"{server} did not answer in time. Port 465 with STARTTLS or 587 with TLS from the first byte looks like that too: see Identity:Mail:ImplicitTls.",
            _ when mail.Delivery == "Folder" => $"The mail could not be written: {e.Message}",
            _ => $"{server} broke the connection off. Check Identity:Mail:Port and ImplicitTls: 465 speaks TLS from the first byte, 587 STARTTLS.",
        };
    }
}
