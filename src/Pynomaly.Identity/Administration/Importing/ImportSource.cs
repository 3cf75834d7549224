using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration.Importing;

/// <summary>The records of a source, always in the same order, read as they are needed.</summary>
internal sealed class ImportSource : IDisposable
{
    private readonly List<IDisposable> open = [];

    private ImportSource()
    {
    }

    /// <summary>The records.</summary>
    public IEnumerable<ImportedRecord> Records { get; private set; } = [];

    /// <summary>Opens the files.</summary>
    /// <exception cref="ConfigurationException">A file is not what it should be.</exception>
    /// <exception cref="AdministrationException">Invalid: there is no such kind.</exception>
    public static ImportSource Open(string kind, IReadOnlyList<ImportFile> files)
    {
        var source = new ImportSource();
        try
        {
            source.Records = kind switch
            {
                ImportKinds.Pynomaly => PynomalySource.Read(source.Tables(files)),
                ImportKinds.AspNet => AspNetSource.Read(source.Tables(files)),
                ImportKinds.OpenIddict => OpenIddictSource.Read(source.Tables(files)),
                ImportKinds.Keycloak => KeycloakSource.Read([.. files.Select(file => (file.Name, source.Realm(file)))]),
                _ => throw AdministrationException.Invalid("kind", "unknown", $"Write one of: {string.Join(", ", ImportKinds.All)}"),
            };
            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var one in open) one.Dispose();
    }

    private ImportTables Tables(IReadOnlyList<ImportFile> files)
    {
        var tables = ImportTables.Open(files);
        open.Add(tables);
        return tables;
    }

    private System.Text.Json.JsonElement Realm(ImportFile file)
    {
        var document = ImportTables.ReadJson(file);
        open.Add(document);
        return document.RootElement.ValueKind == System.Text.Json.JsonValueKind.Object ? document.RootElement : throw new ConfigurationException($"{file.Name} is no realm: an object was expected.");
    }
}
