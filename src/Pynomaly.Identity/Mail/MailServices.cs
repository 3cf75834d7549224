using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Mail;

/// <summary>This room's part of the roof.</summary>
internal static class MailServices
{
    /// <summary>Adds the outbox, the way out that the settings name, and the worker between them.</summary>
    public static void AddMail(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<Outbox>();
        services.AddSingleton<IEmailSender>(provider =>
            options.Mail.Delivery == "Smtp" ? new SmtpSender(options, provider.GetRequiredService<TimeProvider>()) : new FolderSender(options, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<MailFolder>();
        services.AddSingleton<MailDelivery>();
        if (options.Mail.Delivery != "Off") services.AddHostedService(provider => provider.GetRequiredService<MailDelivery>());
    }
}
