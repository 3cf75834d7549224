using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Sealing;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"audit": the audit trail: search, export, verify. No command changes an entry.</summary>
internal static class AuditCommand
{
    public static Command Create() => new("audit", "Search, export and verify the audit trail.") { List(), OperationCommand.Create("show", "Show one entry, with the proof that seals it.", OperationCommand.Named("SEQUENCE", "Its number.")), Export(), Verify(), Accept(), Seals(), Key() };

    private static Command List()
    {
        var filters = new AuditFilters();
        var limit = new Option<int>("--limit") { Description = $"How many entries at most, 1 to {Cursors.Most}.", DefaultValueFactory = _ => Cursors.Usual, HelpName = "NUMBER" };
        var json = Options.Json();
        var command = new Command("list", """
            Show entries, newest first.

            Example:
              Pynomaly.Identity.Server audit list --user ada --outcome refused --from 2026-01-01
            """);
        filters.AddTo(command);
        command.Add(limit);
        command.Add(json);
        command.SetAction(async (result, stop) =>
        {
            if (result.GetValue(limit) is < 1 or > Cursors.Most) throw new UsageException($"--limit takes a number from 1 to {Cursors.Most}.");
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var page = await session.Get<AuditLog>().SearchAsync(Operator.CommandLine, filters.Read(result), null, result.GetValue(limit), stop);
            if (result.GetValue(json)) Output.Json(new JsonArray([.. page.Items.Select(item => (JsonNode)AuditFormat.ToJson(item))]));
            else Output.List(false, page.Items, Row, "There is no such entry.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Export()
    {
        var filters = new AuditFilters();
        var format = new Option<string>("--format") { Description = "jsonl (default) or csv.", DefaultValueFactory = _ => "jsonl", HelpName = "FORMAT" };
        var output = new Option<FileInfo?>("--output") { Description = "The file to write; standard output otherwise.", HelpName = "FILE" };
        var command = new Command("export", """
            Write all entries that fit, newest first, as JSON Lines or CSV. That they were exported is entered in the trail.

            Example:
              Pynomaly.Identity.Server audit export --format csv --from 2026-01-01 --to 2026-02-01 --output january.csv
            """);
        filters.AddTo(command);
        command.Add(format);
        command.Add(output);
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var write = await session.Get<AuditLog>().ExportAsync(Operator.CommandLine, filters.Read(result), AuditFormat.Of(result.GetValue(format)), stop);
            await using Stream to = result.GetValue(output) is { } file ? file.Create() : Console.OpenStandardOutput();
            await using var buffered = new BufferedStream(to, 64 * 1024);
            await write(buffered, stop);
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Verify()
    {
        var key = new Option<FileInfo?>("--key") { Description = "The public key that audit key wrote earlier; without it the installation's own.", HelpName = "FILE" };
        var json = Options.Json();
        var command = new Command("verify", """
            Prove that no sealed entry was altered, removed, added or reordered, and that the end was not cut off. Says which seals and entries
            do not hold. Exit code 0: the trail holds; 4: it does not.

            Example:
              Pynomaly.Identity.Server audit verify
            """)
        { key, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var publicKey = result.GetValue(key) is { } file ? await ReadAsync(file, stop) : null;
            var verified = await session.Get<AuditVerifications>().VerifyAsync(Operator.CommandLine, publicKey, Tell, stop);
            if (result.GetValue(json)) Output.Json(AuditVerificationRun.ToJson(verified));
            else Say(verified);
            return verified.Holds ? ExitCodes.Success : ExitCodes.Broken;
        });
        return command;
    }

    private static Command Accept()
    {
        var reason = new Option<string>("--reason") { Description = "What happened, and why it is accepted: it stands in the trail for good.", Required = true, HelpName = "TEXT" };
        var command = new Command("accept", """
            Verify the trail, and accept what does not hold, just as it stands: a new part of the chain begins behind it, and entries whose
            time is over are removed again. Nothing is mended: every verification goes on telling what was accepted, by whom and why.

            Example:
              Pynomaly.Identity.Server audit accept --reason "Restored from the backup of Sunday; see incident 17"
            """)
        { reason };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var verified = await session.Get<AuditVerifications>().VerifyAsync(Operator.CommandLine, null, Tell, stop);
            Say(verified);
            if (verified.Break is not { } found)
            {
                Console.Out.WriteLine("There is nothing to accept.");
                return verified.Holds ? ExitCodes.Success : ExitCodes.Broken;
            }

            await session.Get<AuditVerifications>().AcceptAsync(Operator.CommandLine, found, result.GetValue(reason)!, stop);
            Console.Out.WriteLine(found.Through > 0 ? string.Create(CultureInfo.InvariantCulture, $"Accepted as it stands, up to seal {found.Through}.") : "Accepted: the chain goes on from where it was cut.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Seals()
    {
        var json = Options.Json();
        var command = new Command("seals", "Show the newest seals of the trail.") { json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            Output.List(result.GetValue(json), (await session.Get<AuditLog>().SealsAsync(Operator.CommandLine, null, Cursors.Usual, stop)).Items, Row, "Nothing is sealed yet.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Key()
    {
        var command = new Command("key", """
            Print the public key of the seals, as a JWK. Kept where this server's operators do not reach, it proves later (audit verify --key)
            that the trail was not made anew.

            Example:
              Pynomaly.Identity.Server audit key > audit-key.json
            """);
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            Console.Out.WriteLine(await session.Get<AuditLog>().PublicKeyAsync(Operator.CommandLine, stop));
            return ExitCodes.Success;
        });
        return command;
    }

    private static (string, object?)[] Row(AuditItem item) =>
    [
        ("at", item.Entry.At), ("event", item.Entry.Name), ("outcome", item.Outcome), ("actor", item.ActorName ?? item.Entry.Actor), ("user", item.UserName ?? item.Entry.UserId),
        ("client", item.Entry.ClientId), ("address", item.Entry.Address), ("detail", item.Entry.Detail),
    ];

    private static (string, object?)[] Row(AuditSeal seal) =>
        [("number", seal.Number), ("at", seal.At), ("first", seal.FirstSequence), ("last", seal.LastSequence), ("entries", seal.Count), ("removed", seal.Removed), ("hash", seal.Hash)];

    private static void Tell(long entries) => Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{entries} entries"));

    private static void Say(AuditVerification verified)
    {
        foreach (var finding in verified.Findings) Console.Out.WriteLine($"{finding.Text}.");
        if (verified.Problems > verified.Findings.Count) Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"... and {verified.Problems - verified.Findings.Count} more."));
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{verified.Seals} seals over {verified.Entries} entries, the last is seal {verified.LastSeal} of {verified.LastSealAt:u}; {verified.Unsealed} entries wait for a seal."));
        if (verified.RemovedAt is { } removed) Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Entries up to {verified.RemovedThrough} were removed on {removed:u}: their time was over."));
        if (verified.Erased > 0) Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{verified.Erased} entries of deleted accounts have no address or detail any more."));
        if (verified.IsAnchored is null) Console.Out.WriteLine("The keys directory notes no seal (audit.anchor): a cut of the newest entries could not be seen.");
        foreach (var accepted in verified.Accepted)
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Up to entry {accepted.What.LastSequence} it did not hold in {accepted.What.Problems} places, which {accepted.By} accepted on {accepted.At:u}: {accepted.Reason}"));
        Console.Out.WriteLine(verified.Holds ? "The trail holds." : string.Create(CultureInfo.InvariantCulture, $"The trail does NOT hold: {verified.Problems} findings."));
    }

    private static async Task<string> ReadAsync(FileInfo file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(file.FullName, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{file.FullName} cannot be read: {e.Message}");
        }
    }
}
