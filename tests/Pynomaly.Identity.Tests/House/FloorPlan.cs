namespace Pynomaly.Identity.Tests.House;

/// <summary>The rooms of the engine, each with its floor and the event ids that are its own.</summary>
internal static class FloorPlan
{
    /// <summary>Room, floor, first event id, first event id that is the next one's.</summary>
    public static IReadOnlyList<(string Room, int Floor, int FirstEvent, int EndOfEvents)> Rooms { get; } =
    [
        ("Protocol", 0, 1000, 2000),
        ("Model", 1, 0, 0),
        ("Storage", 2, 2000, 3000),
        ("Auditing", 3, 3000, 3200),
        ("Abuse", 3, 3500, 4000),
        ("Keys", 4, 4000, 4500),
        ("Mail", 4, 4500, 5000),
        ("Sealing", 5, 3200, 3500),
        ("Clients", 5, 5000, 5500),
        ("Users", 5, 5500, 6000),
        ("Tokens", 6, 6000, 7000),
        ("Authorization", 7, 7000, 8000),
        ("Grants", 8, 8000, 8500),
        ("OpenId", 8, 8500, 9000),
        ("Api", 8, 0, 0),
        ("Administration", 10, 9000, 9300), // above SelfService: an operator makes the same links and deletes the same rows
        ("SelfService", 9, 9300, 9500),
        ("Discovery", 9, 9500, 10000),
    ];

    /// <summary>The floor of a room; null when the plan has no such room.</summary>
    public static int? FloorOf(string room) => Rooms.Where(r => r.Room == room).Select(r => (int?)r.Floor).FirstOrDefault();
}
