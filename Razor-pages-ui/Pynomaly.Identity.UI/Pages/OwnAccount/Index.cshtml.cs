using Pynomaly.Identity.SelfService;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>The account's front page: who is signed in, and since when.</summary>
internal sealed class IndexModel(CurrentPerson person, Confirmation confirmation) : AccountPage(person, confirmation);
