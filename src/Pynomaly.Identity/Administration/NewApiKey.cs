using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.Administration;

/// <summary>A key that an operator makes for a service. People make theirs themselves, so that nobody else ever sees one.</summary>
/// <param name="ClientId">The service that it is for: a confidential client with client_credentials.</param>
/// <param name="Draft">What it is. Without permissions it gets those that the service is registered with.</param>
public sealed record NewApiKey(string ClientId, ApiKeyDraft Draft);
