using System.Reflection;
using System.Text;
using Xunit;

namespace Pynomaly.Identity.Client.Tests.House;

/// <summary>What applications may build on stands in one file: a change of it is seen in review, and never made by accident.</summary>
/// <remarks>With the environment variable <c>WRITE_DOCS=1</c> the test writes the file instead of comparing it.</remarks>
public sealed class PublicApiTests
{
    [Fact]
    public void PublicApi_txt_lists_every_public_member()
    {
        var path = Path.Combine(Root(), "src/Pynomaly.Identity.Client/PublicApi.txt");
        var found = Describe(typeof(PynomalyTokensOptions).Assembly);
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1") File.WriteAllText(path, found);

        Assert.True(File.Exists(path) && File.ReadAllText(path) == found, $"PublicApi.txt is stale. If the change is meant, run this test once with WRITE_DOCS=1. It should read:\n{found}");
    }

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(type.IsEnum ? "enum " : type.IsInterface ? "interface " : type.IsAbstract && type.IsSealed ? "static class " : "class ").Append(type.FullName).Append('\n');
            var members = type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Where(member => member is not MethodInfo { IsSpecialName: true } && member.Name != "value__")
                .Select(member => member is FieldInfo { IsLiteral: true } constant ? $"{member} = {constant.GetRawConstantValue()}" : member.ToString()!)
                .Order(StringComparer.Ordinal);
            foreach (var member in members) text.Append("  ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Pynomaly.Identity.sln"))) directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("Run this test from a checkout.");
    }
}
