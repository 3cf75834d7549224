using Microsoft.Extensions.Localization;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.UI.Resources;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Who did something, by the name that the reader may know them by.</summary>
internal static class ActorNames
{
    /// <summary>The name of an account; of everybody else, and of those whom the operator may not see, what the entry says.</summary>
    public static async Task<string> OfAsync(People people, Operator who, string actor, IStringLocalizer<ConsoleTexts> console, CancellationToken cancellationToken)
    {
        if (actor == Operator.CommandLine.Id) return console["Actor.cli"];
        if (!who.Holds(ManagementPermissions.ViewUsers)) return actor;
        try
        {
            return (await people.GetAsync(who, actor, cancellationToken)).Account.DisplayName;
        }
        catch (AdministrationException)
        {
            return actor;
        }
    }
}
