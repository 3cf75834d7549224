using System.CommandLine;
using Pynomaly.Identity.Server.Hosting;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"migrate": brings the database to this version.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var json = Options.Json();
        var command = new Command("migrate", """
            Bring the database to this version of the server: create it, or apply the migrations it lacks.

            The server does this itself when it starts, unless Identity:Database:MigrateAtStart is false. Several may run at once: one migrates,
            the others wait. Back the database up first.

            Example:
              Pynomaly.Identity.Server migrate --Identity:Database:Provider=PostgreSql
            """)
        { json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = Session.Create(result.UnmatchedTokens);
            IReadOnlyList<string> applied = [];
            await DatabaseTroubles.TranslateAsync(session.Get<Database>(), async () => applied = await session.Get<Migrator>().MigrateAsync(stop));
            Output.List(result.GetValue(json), applied, migration => [("migration", migration)], applied.Count == 0 ? "The database is up to date." : null);
            return ExitCodes.Success;
        });
        return command;
    }
}
