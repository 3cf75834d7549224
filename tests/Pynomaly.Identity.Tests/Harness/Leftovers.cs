using Microsoft.Data.Sqlite;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Tests.Harness;

/// <summary>What a test leaves behind.</summary>
internal static class Leftovers
{
    /// <summary>Closes what Entity Framework holds of a SQLite database. Of this one alone: to clear all pools of the process may close a connection under another class that has just taken it.</summary>
    public static void ClearPool(Database database)
    {
        if (!database.IsSqlite) return;
        using var any = new SqliteConnection(database.EntityConnectionString);
        SqliteConnection.ClearPool(any);
    }

    /// <summary>Removes a directory and all in it. What somebody goes on writing there is left to the machine: it says nothing about what was tested.</summary>
    public static async Task RemoveAsync(string directory)
    {
        for (var attempt = 0; attempt < 50; attempt++)
        {
            try
            {
                Directory.Delete(directory, recursive: true);
                return;
            }
            catch (DirectoryNotFoundException)
            {
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                await Task.Delay(100);
            }
        }
    }
}
