namespace Pynomaly.Identity.Auditing;

/// <summary>How the personal parts of an entry stand to their digest.</summary>
internal enum PersonalState
{
    /// <summary>As they were entered.</summary>
    Whole,

    /// <summary>The address was erased.</summary>
    AddressErased,

    /// <summary>The detail was erased, and the address with it if there was one.</summary>
    Erased,

    /// <summary>Something else stands there.</summary>
    Altered,
}
