namespace Pynomaly.Identity.Administration;

/// <summary>One act on many accounts: each for itself, with its own outcome, by the rules of the single act.</summary>
public sealed class BulkAdministration(UserAdministration users, RoleAdministration roles)
{
    /// <summary>Most accounts at once.</summary>
    public const int Most = 500;

    /// <summary>Does it. What is refused for one account does not keep it from the others.</summary>
    /// <exception cref="AdministrationException">Invalid: too many, none, or no role; not confirmed; forbidden to the operator altogether.</exception>
    public async Task<IReadOnlyList<BulkOutcome>> RunAsync(Operator who, BulkAct act, IReadOnlyList<string> userIds, string? role, CancellationToken cancellationToken)
    {
        if (userIds.Count is 0 or > Most) throw AdministrationException.Invalid("ids", "number", $"From 1 to {Most} accounts at once");
        if (act is BulkAct.AssignRole or BulkAct.UnassignRole && string.IsNullOrEmpty(role)) throw AdministrationException.Invalid("role", "missing", $"Name the role");
        Require(who, act);
        List<BulkOutcome> outcomes = [];
        foreach (var id in userIds.Distinct(StringComparer.Ordinal))
        {
            try
            {
                await RunAsync(who, act, id, role, cancellationToken);
                outcomes.Add(new BulkOutcome(id, true, null, null));
            }
            catch (AdministrationException refusal) when (refusal.Problem != AdministrationProblem.NotConfirmed)
            {
                outcomes.Add(new BulkOutcome(id, false, refusal.Problem, refusal.Why));
            }
        }

        return outcomes;
    }

    // Whoever may not do it to anybody is told so once, and not five hundred times.
    private static void Require(Operator who, BulkAct act)
    {
        switch (act)
        {
            case BulkAct.EndSessions:
                who.Require(Model.ManagementPermissions.ManageSessions);
                break;
            case BulkAct.AssignRole or BulkAct.UnassignRole:
                who.RequireConfirmed(Model.ManagementPermissions.AssignRoles);
                break;
            default:
                who.Require(Model.ManagementPermissions.ManageUsers);
                break;
        }
    }

    private Task RunAsync(Operator who, BulkAct act, string id, string? role, CancellationToken cancellationToken) => act switch
    {
        BulkAct.Disable => users.DisableAsync(who, id, null, cancellationToken),
        BulkAct.Enable => users.EnableAsync(who, id, null, cancellationToken),
        BulkAct.EndSessions => users.EndSessionsAsync(who, id, cancellationToken),
        BulkAct.AssignRole => roles.AssignAsync(who, id, role!, cancellationToken),
        _ => roles.UnassignAsync(who, id, role!, false, cancellationToken),
    };
}
