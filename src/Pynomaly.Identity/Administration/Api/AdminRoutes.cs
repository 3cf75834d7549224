namespace Pynomaly.Identity.Administration.Api;

/// <summary>The operations of one area. A new area is a class and a line under the roof.</summary>
internal abstract class AdminRoutes
{
    /// <summary>The operations.</summary>
    public abstract IReadOnlyList<AdminRoute> Routes { get; }
}
