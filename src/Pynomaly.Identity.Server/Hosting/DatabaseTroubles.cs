using System.Data.Common;
using Microsoft.Data.Sqlite;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Server.Hosting;

/// <summary>Tells a database that is wrong for good from one that is away for now, and says in one sentence what to do.</summary>
internal static class DatabaseTroubles
{
    /// <summary>Runs the work. What can be waited for passes through as it is.</summary>
    /// <exception cref="ConfigurationException">The database cannot be used as it is configured.</exception>
    public static async Task TranslateAsync(Database database, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (SqliteException e)
        {
            throw new ConfigurationException($"The database {database.File} cannot be used: {e.Message} {Remedy(e.SqliteErrorCode)}");
        }
        catch (DbException e) when (e.SqlState?.Length == 5 && e.SqlState[..2] is "28" or "3D" or "42") // wrong password, no such database, not allowed
        {
            throw new ConfigurationException($"The database refuses this server: {e.Message}. Check ConnectionStrings:Identity and the rights of its user.");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or DirectoryNotFoundException || (e is IOException && database.IsSqlite))
        {
            throw new ConfigurationException($"{e.Message} Give the server's user the right to write there, or point ConnectionStrings:Identity and Identity:KeysDirectory elsewhere.");
        }
    }

    // https://www.sqlite.org/rescode.html
    private static string Remedy(int code) => code switch
    {
        5 or 6 => "Another process holds it; end that one first.",
        8 => "Give the server's user the right to write the file and its directory.",
        11 or 26 => "Restore it from a backup; the server never replaces a damaged database by a new one.",
        13 => "The disk is full.",
        14 => "Check that the directory exists and that the server's user may write there.",
        _ => "Check the file and its directory.",
    };
}
