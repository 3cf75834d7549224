using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Review;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>How a client stands against RFC 9700, OAuth 2.1 and FAPI 2.0, with the remedy beside each finding.</summary>
internal sealed class ClientPostureModel(CurrentPerson person, Operators operators, ClientAdministration clients, PostureReport report) : ClientPage(person, operators, clients)
{
    /// <summary>What was found.</summary>
    public ClientPosture Posture { get; private set; } = null!;

    /// <inheritdoc/>
    public override async Task LoadAsync(CancellationToken cancellationToken)
    {
        await base.LoadAsync(cancellationToken);
        Posture = await report.GetAsync(Operator, ClientId, cancellationToken);
    }
}
