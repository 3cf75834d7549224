namespace Pynomaly.Identity.Mail;

/// <summary>The SMTP server said no. Its words are not kept: they repeat addresses.</summary>
/// <param name="step">What it was about.</param>
/// <param name="code">The code of the answer (RFC 5321 §4.2.1); 0: there was none, or what is needed is not offered.</param>
internal sealed class SmtpRefusedException(SmtpStep step, int code) : Exception($"{step} {code}")
{
    /// <summary>What it was about.</summary>
    public SmtpStep Step => step;

    /// <summary>The code of the answer; 0: there was none, or what is needed is not offered.</summary>
    public int Code => code;

    /// <summary>True when it would be no again for this mail: 5xx to the recipient or the content (§4.2.1). A refusal of the sign-in or the sender is the operator's to mend, and mails wait for it.</summary>
    public bool IsPermanent => step is SmtpStep.Recipient or SmtpStep.Content && code is >= 500 and < 600;
}
