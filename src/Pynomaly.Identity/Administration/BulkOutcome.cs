using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration;

/// <summary>What became of one account of many.</summary>
/// <param name="Id">The account.</param>
/// <param name="Done">True: done, or it was so already.</param>
/// <param name="Problem">Why not.</param>
/// <param name="Why">The same in a sentence.</param>
public sealed record BulkOutcome(string Id, bool Done, AdministrationProblem? Problem, Sentence? Why);
