using Pynomaly.Identity.SelfService;

namespace Pynomaly.Identity.UI.Pages.OwnAccount;

/// <summary>Personal API keys: says what they are, while nobody can make one yet.</summary>
internal sealed class ApiKeysModel(CurrentPerson person, Confirmation confirmation) : AccountPage(person, confirmation);
