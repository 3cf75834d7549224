namespace Pynomaly.Identity.Server.Tests.Snippets;

/// <summary>A client and its secret, which is empty where it has none.</summary>
internal sealed record SnippetClientMade(string Id, string Secret);
