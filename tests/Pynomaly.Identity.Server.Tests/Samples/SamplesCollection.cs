using Xunit;

namespace Pynomaly.Identity.Server.Tests.Samples;

/// <summary>The three programs run once for all tests that walk through them.</summary>
[CollectionDefinition]
public sealed class SamplesCollection : ICollectionFixture<SamplesFixture>;
