using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Pynomaly.Identity.Tests.House;

/// <summary>Every log line has an id of its own out of its room's range, so that an operator can alert on the number alone.</summary>
public sealed partial class EventIdTests
{
    private static readonly string[] Assemblies = ["Pynomaly.Identity", "Pynomaly.Identity.UI", "Pynomaly.Identity.Server", "Pynomaly.Identity.ResourceServer"];

    [Fact]
    public void Event_ids_are_unique()
    {
        var offences = Messages().GroupBy(m => m.Id).Where(same => same.Count() > 1).Select(same => $"{same.Key}: {string.Join(", ", same.Select(m => m.Place))}");

        Repository.AssertNone(offences, "Give each message the next free id of its room:");
    }

    [Fact]
    public void Event_names_are_unique()
    {
        var offences = Messages().GroupBy(m => m.Name).Where(same => same.Count() > 1).Select(same => $"{same.Key}: {string.Join(", ", same.Select(m => m.Place))}");

        Repository.AssertNone(offences, "An event name means one thing:");
    }

    [Fact]
    public void Event_ids_lie_in_the_range_of_their_room()
    {
        var offences = Messages().Where(m => m.Id < m.First || m.Id >= m.End).Select(m => $"{m.Place}: {m.Id} is not in {m.First}..{m.End - 1}");

        Repository.AssertNone(offences, "Take an id from the room's own range:");
    }

    [Fact]
    public void No_log_message_has_a_place_for_a_secret()
    {
        var offences = Messages().Where(m => SecretPlaceholder().IsMatch(m.Text)).Select(m => $"{m.Place}: {m.Text}");

        Repository.AssertNone(offences, "Log what names the thing (its id), never the thing:");
    }

    private static IEnumerable<Message> Messages() =>
        from name in Assemblies
        from type in Assembly.Load(name).GetTypes()
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        let attribute = method.GetCustomAttribute<LoggerMessageAttribute>()
        where attribute is not null
        let range = RangeOf(name, type)
        select new Message(attribute.EventId, attribute.EventName ?? method.Name, attribute.Message, $"{type.FullName}.{method.Name}", range.First, range.End);

    private static (int First, int End) RangeOf(string assembly, Type type) => assembly switch
    {
        "Pynomaly.Identity.Server" => (10000, 11000),
        "Pynomaly.Identity.UI" => (11000, 12000),
        "Pynomaly.Identity.ResourceServer" => (20000, 21000),
        _ => FloorPlan.Rooms.Where(r => type.Namespace?.Split('.').ElementAtOrDefault(2) == r.Room).Select(r => (r.FirstEvent, r.EndOfEvents)).FirstOrDefault(),
    };

    private sealed record Message(int Id, string Name, string Text, string Place, int First, int End);

    [GeneratedRegex(@"\{@?\w*(Secret|Password|Verifier|Assertion|Token|(?<=\{)Code|AuthorizationCode|UserCode|DeviceCode|Cookie|Proof|Seed|PrivateKey)[,:}]", RegexOptions.IgnoreCase)]
    private static partial Regex SecretPlaceholder();
}
