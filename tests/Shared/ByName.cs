using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCaseOrderer(typeof(Pynomaly.Identity.Tests.Shared.ByName))]
[assembly: TestCollectionOrderer(typeof(Pynomaly.Identity.Tests.Shared.ByName))]

namespace Pynomaly.Identity.Tests.Shared;

/// <summary>Runs tests in the order of their names: the runner's own order follows from the directory that the tests lie in, so that a failure of one machine could not be repeated on another.</summary>
public sealed class ByName : ITestCaseOrderer, ITestCollectionOrderer
{
    /// <inheritdoc />
    public IReadOnlyCollection<TTestCase> OrderTestCases<TTestCase>(IReadOnlyCollection<TTestCase> testCases) where TTestCase : notnull, ITestCase =>
        [.. testCases.OrderBy(test => test.TestCaseDisplayName, StringComparer.Ordinal)];

    /// <inheritdoc />
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections) where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => collection.TestCollectionDisplayName, StringComparer.Ordinal)];
}
