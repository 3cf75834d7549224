namespace Pynomaly.Identity.Sealing;

/// <summary>What is wrong with a place in the trail.</summary>
public enum AuditFindingKind
{
    /// <summary>Entries are not what they were, or stand in another order.</summary>
    EntriesAltered,

    /// <summary>There are fewer entries than were sealed.</summary>
    EntriesMissing,

    /// <summary>There are more entries than were sealed.</summary>
    EntriesAdded,

    /// <summary>Address or detail of an entry is not what it was.</summary>
    PersonalPartAltered,

    /// <summary>Address or detail of an entry was erased although no account that it speaks of was deleted.</summary>
    PersonalPartErased,

    /// <summary>A seal is not what it was, or is signed by another key.</summary>
    SealAltered,

    /// <summary>Seals are missing within the chain or at its beginning.</summary>
    SealsMissing,

    /// <summary>The newest seals are missing, and what they covered.</summary>
    TailCut,

    /// <summary>A part that does not hold was accepted as it stood, and has changed since.</summary>
    AcceptedAltered,

    /// <summary>Entries wait for a seal much too long.</summary>
    NotSealed,
}
