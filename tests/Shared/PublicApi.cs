using System.Reflection;
using System.Text;
using Xunit;

namespace Pynomaly.Identity.Tests.Shared;

/// <summary>What applications may build on stands in one file of each package, PublicApi.txt: a change of it is seen in review, and never made by accident.</summary>
/// <remarks>With the environment variable <c>WRITE_DOCS=1</c> the file is written instead of compared.</remarks>
internal static class PublicApi
{
    /// <summary>Holds the package's file against its assembly.</summary>
    public static void AssertListed(Assembly package)
    {
        var path = Path.Combine(Root(), "src", package.GetName().Name!, "PublicApi.txt");
        var found = Describe(package);
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

    /// <summary>The checkout that the tests were built in.</summary>
    public static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Pynomaly.Identity.sln"))) directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("Run this test from a checkout.");
    }
}
