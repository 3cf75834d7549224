using System.CommandLine;
using System.Text.Json;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>What plan and apply have in common: the files, what they prune, and where they go: this machine's database, or a running server.</summary>
internal sealed class FileOptions
{
    private readonly Argument<string[]> _files = new("FILE") { Description = "One JSON file or several, read as if they were one.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _prune = new("--prune") { Description = "Sections, separated by commas, of which everything is deleted that no file names: applications, scopes, roles, permissions, webhooks, event_receivers.", HelpName = "SECTIONS" };
    private readonly Option<string> _server = Options.Server();
    private readonly Option<string> _token = Options.Token();
    private readonly Option<bool> _json = Options.Json();

    /// <summary>Adds them.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_files);
        foreach (var option in new Option[] { _prune, _server, _token, _json }) command.Options.Add(option);
        command.TreatUnmatchedTokensAsErrors = false;
    }

    /// <summary>Whether scripts read the answer.</summary>
    public bool IsJson(ParseResult result) => result.GetValue(_json);

    /// <summary>Runs it here or there. The files are read here, so that references in them are followed here and messages name their lines.</summary>
    public async Task<IReadOnlyList<Change>> RunAsync(ParseResult result, string path, Func<Session, ConfigurationFile, Task<IReadOnlyList<Change>>> here, CancellationToken cancellationToken)
    {
        var (paths, sections) = (CommandSettings.Split(result.GetValue(_files)).Words, (result.GetValue(_prune) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        var settings = CommandSettings.Check(CommandSettings.Of(result));
        var file = ConfigurationFile.Read(paths);
        file.Prune(sections);
        if (result.GetValue(_server) is { } address)
        {
            var content = JsonSerializer.SerializeToUtf8Bytes(file.ToJson());
            if (content.Length > ProtocolRequest.MaxConfiguration)
                throw new ConfigurationException($"The files are {content.Length} bytes together, and a server takes {ProtocolRequest.MaxConfiguration} at once: write them on the server's machine, without --server, or some sections after the others.");
            using var remote = await RemoteServer.OpenAsync(address, result.GetValue(_token), cancellationToken);
            var query = sections.Length == 0 ? "" : $"?prune={Uri.EscapeDataString(string.Join(',', sections))}";
            var answer = await remote.SendAsync(HttpMethod.Post, path + query, content, null, cancellationToken);
            return [.. answer!["items"]!.AsArray().Select(item => Change.Read(item!))];
        }

        await using var session = await Session.OpenAsync(settings, cancellationToken);
        return await here(session, file);
    }
}
