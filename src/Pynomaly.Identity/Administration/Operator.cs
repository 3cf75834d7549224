using Microsoft.Extensions.Logging;
using Pynomaly.Identity.Auditing;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration;

/// <summary>Who administers: what they hold at this moment, whether they proved themselves a moment ago, from where they act. Every act of the management layer takes one, and asks it first.</summary>
/// <remarks>
/// One layer serves console, API, command line and files: none can do what the rules forbid another. Nobody grants a permission over this server that they do not
/// hold (security case AD-03); permissions of resource APIs are granted by who holds them, or holds assign:roles or manage:roles.
/// </remarks>
public sealed class Operator
{
    private static readonly string[] Everything = ["*:*"];

    /// <summary>A user id, a client_id, or "cli".</summary>
    public required string Id { get; init; }

    /// <summary>What it is.</summary>
    public required OperatorKind Kind { get; init; }

    /// <summary>The patterns that the roles, or the client's registration, grant now.</summary>
    public required IReadOnlyList<string> Patterns { get; init; }

    /// <summary>What the token is cut to; null: it is not, or there is none.</summary>
    public IReadOnlySet<string>? Limit { get; init; }

    /// <summary>True when the person proved who they are a moment ago with a second factor. Services and the command line cannot, and need not.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>The session behind it.</summary>
    public string? SessionId { get; init; }

    /// <summary>From which address.</summary>
    public string? Address { get; init; }

    /// <summary>The request's correlation id.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Whoever can run commands beside the database: holds everything.</summary>
    public static Operator CommandLine { get; } = new() { Id = "cli", Kind = OperatorKind.CommandLine, Patterns = Everything, IsConfirmed = true };

    /// <summary>Whether the operator holds the permission now.</summary>
    public bool Holds(string permission) => PermissionPattern.AnyMatches(Patterns, permission) && (Limit is null || Limit.Contains(permission));

    /// <summary>Goes on only for who holds the permission.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public void Require(string permission)
    {
        if (!Holds(permission)) throw AdministrationException.Forbidden("lacks", $"This needs the permission {permission}");
    }

    /// <summary>Goes on only for who holds the permission and has proved who they are a moment ago: keys, secrets, roles, impersonation.</summary>
    /// <exception cref="AdministrationException">Forbidden, or not confirmed.</exception>
    public void RequireConfirmed(string permission)
    {
        Require(permission);
        RequireConfirmed();
    }

    /// <summary>Goes on only for who may grant all that the patterns stand for.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public void RequireToGrant(IReadOnlyCollection<string> patterns)
    {
        foreach (var pattern in patterns)
            if (!MayGrant(pattern)) throw AdministrationException.Forbidden("grants_more", $"Nobody grants what they do not hold themselves: {pattern}");
    }

    /// <summary>Goes on only for who holds, of what the patterns grant over this server, everything: nobody disables, resets or demotes who may do more than they.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public void RequireOver(IReadOnlyCollection<string> patterns)
    {
        var stronger = patterns.Where(pattern => PermissionPattern.IsExact(pattern) && ManagementPermissions.Contains(pattern)).Concat(ManagementPermissions.Of(patterns)).FirstOrDefault(name => !Holds(name));
        if (stronger is null && patterns.Contains(Everything[0]) && !Patterns.Contains(Everything[0])) stronger = Everything[0];
        if (stronger is not null) throw AdministrationException.Forbidden("stronger", $"That account holds {stronger}, which you do not");
    }

    /// <summary>Goes on only when the operator holds all that the patterns stand for already: nobody raises themselves.</summary>
    /// <exception cref="AdministrationException">Forbidden.</exception>
    public void RequireToHave(IReadOnlyCollection<string> patterns)
    {
        foreach (var pattern in patterns)
            if (!Patterns.Any(held => PermissionPattern.Covers(held, pattern))) throw AdministrationException.Forbidden("raises_self", $"Nobody raises themselves: {pattern}");
    }

    /// <summary>Goes on only for who proved who they are a moment ago.</summary>
    /// <exception cref="AdministrationException">Not confirmed.</exception>
    public void RequireConfirmed()
    {
        if (!IsConfirmed) throw AdministrationException.NotConfirmed();
    }

    /// <summary>An entry of the audit trail in the operator's name.</summary>
    public AuditEntry Entry(EventId happened) => new(happened) { Actor = Id, SessionId = SessionId, Address = Address, CorrelationId = CorrelationId };

    /// <summary>The same with other patterns.</summary>
    internal Operator With(IReadOnlyList<string> patterns) => new()
    {
        Id = Id, Kind = Kind, Patterns = patterns, Limit = Limit, IsConfirmed = IsConfirmed, SessionId = SessionId, Address = Address, CorrelationId = CorrelationId,
    };

    // No token, or one that is cut to nothing over this server: the scope administration as a whole.
    private bool IsWhole => Limit is null || ManagementPermissions.All.All(one => Limit.Contains(one.Name));

    private bool MayGrant(string pattern)
    {
        if (IsWhole && Patterns.Any(held => held == Everything[0] || held == pattern)) return true;
        var reaches = PermissionPattern.IsExact(pattern) ? ManagementPermissions.Contains(pattern) : ManagementPermissions.Of([pattern]).Any();
        if (!reaches) return Holds(pattern) || Holds(ManagementPermissions.AssignRoles) || Holds(ManagementPermissions.ManageRoles);
        return PermissionPattern.IsExact(pattern) && Holds(pattern); // a wildcard reaches what is not there yet: only who holds it gives it on
    }
}
