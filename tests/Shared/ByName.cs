using System.Security.Cryptography;
using System.Text;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCaseOrderer(typeof(Pynomaly.Identity.Tests.Shared.ByName))]
[assembly: TestCollectionOrderer(typeof(Pynomaly.Identity.Tests.Shared.ByName))]

namespace Pynomaly.Identity.Tests.Shared;

/// <summary>Runs tests in the order of their names: the runner's own order follows from the directory that the tests lie in, so that a failure of one machine could not be repeated on another.
/// The environment variable TEST_ORDER turns that order over, for each value differently and for one value always alike: what passes by name alone leans on another test.</summary>
public sealed class ByName : ITestCaseOrderer, ITestCollectionOrderer
{
    private static readonly string? Seed = Environment.GetEnvironmentVariable("TEST_ORDER");

    /// <inheritdoc />
    public IReadOnlyCollection<TTestCase> OrderTestCases<TTestCase>(IReadOnlyCollection<TTestCase> testCases) where TTestCase : notnull, ITestCase =>
        [.. testCases.OrderBy(test => Place(test.TestCaseDisplayName), StringComparer.Ordinal)];

    /// <inheritdoc />
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections) where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Place(collection.TestCollectionDisplayName), StringComparer.Ordinal)];

    private static string Place(string name) => string.IsNullOrEmpty(Seed) ? name : Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Seed + name)));
}
