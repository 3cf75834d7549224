using Xunit;

namespace Pynomaly.Identity.Server.Tests.Strangers;

/// <summary>All strangers meet one server.</summary>
[CollectionDefinition]
public sealed class StrangersCollection : ICollectionFixture<StrangersFixture>;
