using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration;

/// <summary>The permission catalogue of a new installation.</summary>
internal static class InitialPermissions
{
    /// <summary>Name and one sentence for people.</summary>
    public static IReadOnlyList<(string Name, string Description)> All { get; } =
    [
        ("read:detectors", "See your detectors"),
        ("write:detectors", "Create and change your detectors"),
        ("delete:detectors", "Delete your detectors"),
        ("read:datasets", "See your datasets"),
        ("write:datasets", "Upload and change your datasets"),
        ("delete:datasets", "Delete your datasets"),
        ("read:results", "See your results"),
        ("write:results", "Store and change results"),
        ("delete:results", "Delete results"),
        ("read:experiments", "See your experiments"),
        ("write:experiments", "Create and change your experiments"),
        ("delete:experiments", "Delete your experiments"),
        ("view:metrics", "See how the system is doing"),
        .. ManagementPermissions.All,
    ];
}
