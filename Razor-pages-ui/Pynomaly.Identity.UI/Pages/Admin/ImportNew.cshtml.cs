using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Administration.Importing;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.UI.Pages.Admin;

/// <summary>Starts an import: choose the files, see what would come of it, then go ahead. Nothing is entered before that.</summary>
internal sealed class ImportNewModel(CurrentPerson person, Operators operators, Imports imports, ImportWork work, SealedImport carried) : AdminPage(person, operators)
{
    /// <inheritdoc/>
    protected override string? Permission => ManagementPermissions.ManageSystem;

    /// <summary>From which system.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Kind { get; set; }

    /// <summary>The files.</summary>
    [BindProperty]
    public List<IFormFile> Files { get; set; } = [];

    /// <summary>Roles there and here, "OLD=NEW", one a line.</summary>
    [BindProperty]
    public string? Roles { get; set; }

    /// <summary>What the dry run looked at.</summary>
    [BindProperty]
    public string? Carried { get; set; }

    /// <summary>What would come of it; null: not asked yet.</summary>
    public ImportResult? Foretold { get; private set; }

    /// <summary>An import of the same files that was left unfinished: this one goes on there.</summary>
    public Import? Left { get; private set; }

    /// <summary>True while that one still runs somewhere.</summary>
    public bool LeftStillRuns => Left is { State: "running" };

    /// <summary>The names of the files that were looked at.</summary>
    public string Names { get; private set; } = "";

    /// <summary>The systems that the operator may import from.</summary>
    public IEnumerable<string> Kinds => ImportKinds.All.Where(kind =>
        (kind == ImportKinds.OpenIddict || Operator.Holds(ManagementPermissions.ManageUsers)) && (kind is not (ImportKinds.OpenIddict or ImportKinds.Keycloak) || Operator.Holds(ManagementPermissions.ManageClients)));

    /// <summary>Shows the form, to who has proved themselves a moment ago: files cannot be kept while that is asked.</summary>
    public IActionResult OnGet() => AskToConfirm() ?? Page();

    /// <summary>Shows what would come of it.</summary>
    public async Task<IActionResult> OnPostTryAsync(CancellationToken cancellationToken)
    {
        Operator.RequireConfirmed(ManagementPermissions.ManageSystem);
        var (files, roles) = (await ReadAsync(cancellationToken), RolesOf(Roles));
        var request = new ImportRequest { Kind = Kind ?? "", Roles = roles, Files = [.. files.Select(file => ImportFile.Of(file.Name, file.Content))] };
        try
        {
            Foretold = await imports.RunAsync(Operator, request with { IsDryRun = true }, null, cancellationToken);
        }
        catch (ConfigurationException refusal)
        {
            throw AdministrationException.Invalid("files", "refused", $"{refusal.Message}");
        }

        Left = await imports.FindLeftAsync(Operator, request, cancellationToken);
        (Carried, Names) = (carried.Seal(Operator, request, files), string.Join(", ", files.Select(file => file.Name)));
        return Page();
    }

    /// <summary>Goes ahead, or goes on where the same files were left.</summary>
    public async Task<IActionResult> OnPostGoAsync(CancellationToken cancellationToken)
    {
        Operator.RequireConfirmed(ManagementPermissions.ManageSystem);
        if (carried.Open(Operator, Carried ?? "") is not { } request) throw AdministrationException.Invalid("files", "gone", $"Choose the files again: the dry run was too long ago");
        var left = await imports.FindLeftAsync(Operator, request, cancellationToken);
        var id = await work.StartAsync(Operator, request with { IsResumed = left is not null }, cancellationToken);
        return new SeeOther($"/admin/imports/{id}");
    }

    private async Task<List<(string Name, byte[] Content)>> ReadAsync(CancellationToken cancellationToken)
    {
        if (Files.Count == 0) throw AdministrationException.Invalid("files", "missing", $"Choose at least one file");
        if (Files.Sum(file => file.Length) > ImportRequest.MostSent) throw AdministrationException.Invalid("files", "too_large", $"Together at most 8 MB here. Larger files are imported on the server itself, with the command import");
        List<(string Name, byte[] Content)> read = [];
        foreach (var file in Files)
        {
            using var content = new MemoryStream();
            await file.CopyToAsync(content, cancellationToken);
            read.Add((Path.GetFileName(file.FileName), content.ToArray()));
        }

        return read;
    }

    private static Dictionary<string, string> RolesOf(string? text)
    {
        Dictionary<string, string> roles = new(StringComparer.Ordinal);
        foreach (var line in (text ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.LastIndexOf('=') is not (> 0 and var at) || !roles.TryAdd(line[..at].Trim(), line[(at + 1)..].Trim()))
                throw AdministrationException.Invalid("roles", "malformed", $"Write OLD=NEW, each OLD once, one a line; not \"{line}\"");
        }

        return roles;
    }
}
