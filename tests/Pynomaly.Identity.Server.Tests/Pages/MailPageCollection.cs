using Xunit;

namespace Pynomaly.Identity.Server.Tests.Pages;

/// <summary>Everything that a person does with mails and on their own account, one after the other: the server's clock is put forward in between.</summary>
[CollectionDefinition]
public sealed class MailPageCollection : ICollectionFixture<MailPageServer>;
