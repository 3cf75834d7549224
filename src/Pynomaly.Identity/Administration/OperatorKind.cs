namespace Pynomaly.Identity.Administration;

/// <summary>What an operator is.</summary>
public enum OperatorKind
{
    /// <summary>Somebody at the machine itself: the command line.</summary>
    CommandLine,

    /// <summary>A person, in the console or by a token of theirs.</summary>
    Person,

    /// <summary>A service, by client credentials.</summary>
    Client,
}
