namespace Pynomaly.Identity.Storage;

/// <summary>The migrations this binary knows, oldest first. A test keeps the lists equal to the migrations in the folders.</summary>
internal static class SchemaVersion
{
    public static readonly string[] Sqlite = ["20261122000000_Initial", "20261122060000_People", "20261122120000_Administration", "20261122130000_Lists", "20261122140000_Fabric", "20261122190000_Orders", "20261122220000_KeyNames"];

    public static readonly string[] PostgreSql = ["20261122000000_Initial", "20261122060000_People", "20261122120000_Administration", "20261122130000_Lists", "20261122140000_Fabric", "20261122190000_Orders", "20261122220000_KeyNames"];
}
