using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Pynomaly.Identity.Tests.House;

/// <summary>Keeps the house standing: a room uses only the floors below it, rooms of one floor do not know each other, nothing points back up.</summary>
public sealed partial class FloorPlanTests
{
    private const string Engine = "src/Pynomaly.Identity";

    /// <summary>The one file that may know every room: it puts them together.</summary>
    private const string Roof = Engine + "/PynomalyIdentity.cs";

    [Fact]
    public void A_room_uses_only_the_floors_below_it()
    {
        var types = Rooms().ToLookup(r => r.Room, r => Path.GetFileNameWithoutExtension(r.Path));

        var offences =
            from file in Rooms()
            let floor = FloorPlan.FloorOf(file.Room) ?? int.MaxValue
            from line in Repository.Statements(file.Path)
            from used in UsedRooms(line.Text, types)
            where used != file.Room && FloorPlan.FloorOf(used) >= floor
            select $"{file.Path}:{line.Number} ({file.Room}, floor {floor}) uses {used} (floor {FloorPlan.FloorOf(used)})";

        Repository.AssertNone(offences, "Move what is needed down a floor, or the one who needs it up:");
    }

    [Fact]
    public void Every_room_is_on_the_floor_plan()
    {
        var offences = Repository.Code(Engine).Where(path => path != Roof && (RoomOf(path) is not { } room || FloorPlan.FloorOf(room) is null));

        Repository.AssertNone(offences, "A file of the engine lies in a room of the floor plan; only the roof lies outside:");
    }

    [Fact]
    public void A_namespace_is_its_folder()
    {
        var offences =
            from root in new[] { Engine, "src/Pynomaly.Identity.Server", "src/Pynomaly.Identity.ResourceServer", "Razor-pages-ui/Pynomaly.Identity.UI" }
            from path in Repository.Code(root)
            let declared = Namespace().Match(Repository.Read(path)).Groups[1].Value
            where declared.Length > 0 || !path.EndsWith("/Program.cs", StringComparison.Ordinal)
            let folder = Path.GetDirectoryName(path)!.Replace('\\', '/')[(root.LastIndexOf('/') + 1)..].Replace('/', '.')
            where declared != folder
            select $"{path} declares '{declared}', its folder is '{folder}'";

        Repository.AssertNone(offences, "Write the folder as a file-scoped namespace:");
    }

    [Fact]
    public void The_engine_hides_no_room_behind_a_global_using()
    {
        var offences = Repository.Code(Engine).Where(path => GlobalUsing().IsMatch(Repository.Read(path)))
            .Concat(Repository.Files(Engine, "*.csproj").Where(path => Repository.Read(path).Contains("<Using Include=\"Pynomaly", StringComparison.Ordinal)));

        Repository.AssertNone(offences, "The floor plan is read from the usings, so a room is named where it is used:");
    }

    [Theory]
    [InlineData("src/Pynomaly.Identity/Pynomaly.Identity.csproj", "")]
    [InlineData("Razor-pages-ui/Pynomaly.Identity.UI/Pynomaly.Identity.UI.csproj", "Pynomaly.Identity")]
    [InlineData("src/Pynomaly.Identity.ResourceServer/Pynomaly.Identity.ResourceServer.csproj", "")]
    [InlineData("src/Pynomaly.Identity.Server/Pynomaly.Identity.Server.csproj", "Pynomaly.Identity Pynomaly.Identity.UI")]
    public void Projects_point_down_only(string project, string references)
    {
        var found = XDocument.Parse(Repository.Read(project)).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/'))).Order(StringComparer.Ordinal);

        Assert.Equal(references, string.Join(' ', found));
    }

    private static IEnumerable<(string Path, string Room)> Rooms() =>
        Repository.Code(Engine).Select(path => (path, RoomOf(path))).Where(file => file.Item2 is not null)!;

    private static string? RoomOf(string path) => path[(Engine.Length + 1)..].Split('/') is [var room, _, ..] ? room : null;

    /// <summary>A room is used by a using, by its full name, or by a name relative to our own namespace ("Tokens.TokenIssuer").</summary>
    private static IEnumerable<string> UsedRooms(string line, ILookup<string, string> types) =>
        FullName().Matches(line).Select(m => m.Groups[1].Value)
            .Concat(RelativeName().Matches(line).Where(m => types[m.Groups[1].Value].Contains(m.Groups[2].Value)).Select(m => m.Groups[1].Value))
            .Where(room => FloorPlan.FloorOf(room) is not null)
            .Distinct();

    [GeneratedRegex(@"\bPynomaly\.Identity\.(\w+)")]
    private static partial Regex FullName();

    [GeneratedRegex(@"(?<![\w.])([A-Z]\w+)\.([A-Z]\w+)")]
    private static partial Regex RelativeName();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^\s*global using (static )?(\w+ = )?Pynomaly", RegexOptions.Multiline)]
    private static partial Regex GlobalUsing();
}
