using Xunit;

namespace Pynomaly.Identity.Server.Tests.Fabric;

/// <summary>Nodes and APIs run once for all tests of the fabric.</summary>
[CollectionDefinition]
public sealed class FabricCollection : ICollectionFixture<FabricFixture>;
