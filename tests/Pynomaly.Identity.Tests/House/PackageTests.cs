using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Pynomaly.Identity.Tests.House;

/// <summary>What is built today is built tomorrow: exact versions, in one place, with lock files.</summary>
public sealed partial class PackageTests
{
    [Fact]
    public void Every_version_is_exact()
    {
        var offences =
            from package in XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("PackageVersion")
            let version = package.Attribute("Version")?.Value ?? ""
            where !ExactVersion().IsMatch(version)
            select $"{package.Attribute("Include")?.Value} {version}";

        Repository.AssertNone(offences, "Write one version, no range and no star:");
    }

    [Fact]
    public void Versions_stand_in_one_place()
    {
        var offences =
            from project in Repository.Files(".", "*.csproj")
            from package in XDocument.Parse(Repository.Read(project)).Descendants("PackageReference")
            where package.Attribute("Version") is not null || package.Attribute("VersionOverride") is not null
            select $"{project}: {package.Attribute("Include")?.Value}";

        Repository.AssertNone(offences, "Versions belong into Directory.Packages.props:");
    }

    [Fact]
    public void Every_project_has_a_lock_file()
    {
        var offences = Repository.Files(".", "*.csproj").Where(project => !File.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(project)!, "packages.lock.json")));

        Repository.AssertNone(offences, "Restore once and commit packages.lock.json beside:");
    }

    [Fact]
    public void Every_package_of_a_lock_file_has_its_content_hash()
    {
        var offences =
            from path in Repository.Files(".", "packages.lock.json")
            from framework in JsonDocument.Parse(Repository.Read(path)).RootElement.GetProperty("dependencies").EnumerateObject()
            from package in framework.Value.EnumerateObject()
            where package.Value.GetProperty("type").GetString() is not ("Project" or "CentralTransitive") && !package.Value.TryGetProperty("contentHash", out _)
            select $"{path}: {package.Name}";

        Repository.AssertNone(offences, "A package without a hash could be anybody's:");
    }

    [Fact]
    public void The_audit_of_packages_is_not_switched_off()
    {
        var offences = Repository.Files(".", "*.csproj").Append("Directory.Build.props").Append("Directory.Packages.props")
            .Where(path => AuditOff().IsMatch(Repository.Read(path)));

        Repository.AssertNone(offences, "Leave NuGetAudit on; an advisory is to be read:");
    }

    [GeneratedRegex(@"^\d+\.\d+\.\d+(\.\d+)?(-[\w.]+)?$")]
    private static partial Regex ExactVersion();

    [GeneratedRegex(@"<NuGetAudit>\s*false|<NoWarn>[^<]*NU19", RegexOptions.IgnoreCase)]
    private static partial Regex AuditOff();
}
