using System.Text.Json.Nodes;
using Pynomaly.Identity.Api;

namespace Pynomaly.Identity.SelfService.Api;

/// <summary>Operations on sessions and trusted browsers.</summary>
internal sealed class SessionRoutes(OwnSessions sessions, TrustedDevices devices)
{
    /// <summary>The operations.</summary>
    public IReadOnlyList<ApiRoute> Routes =>
    [
        new("GET", "/sessions", "listSessions", "Where the person is signed in.", async call => ApiAnswer.List("sessions", (await sessions.ListAsync(call.Session, call.Stop)).Select(SessionOf)))
        {
            Gives = ApiSchema.List("sessions", ApiSchema.Object("id:string current:boolean user_agent?:string address?:string created:date-time auth_time:date-time last_seen:date-time expires:date-time")),
        },
        new("DELETE", "/sessions", "endOtherSessions", "Ends all sessions but the one behind the token, with what was granted in them.", async call => new ApiAnswer(new JsonObject { ["ended"] = await sessions.EndOthersAsync(call.Context, call.Session, call.Stop) }))
        {
            Gives = ApiSchema.Object("ended:integer"),
        },
        new("DELETE", "/sessions/{id}", "endSession", "Ends a session, with what was granted in it.", async call => await sessions.EndAsync(call.Context, call.Session, call.Id, call.Stop) ? ApiAnswer.Done : throw ApiProblem.NotFound()),
        new("GET", "/devices", "listTrustedDevices", "Browsers that are not asked for a second factor.", async call => ApiAnswer.List("devices", (await devices.ListAsync(call.Session, call.Stop)).Select(DeviceOf)))
        {
            Gives = ApiSchema.List("devices", ApiSchema.Object("id:string user_agent?:string address?:string first_seen:date-time last_seen:date-time trusted_until:date-time")),
        },
        new("DELETE", "/devices/{id}", "distrustDevice", "Asks for the second factor there again.", async call => await devices.DistrustAsync(call.Context, call.Session, call.Id, call.Stop) ? ApiAnswer.Done : throw ApiProblem.NotFound()),
    ];

    private static JsonObject SessionOf(OwnSession session)
    {
        var body = new JsonObject { ["id"] = session.Id, ["current"] = session.IsCurrent };
        if (session.UserAgent is not null) body["user_agent"] = session.UserAgent;
        if (session.Address is not null) body["address"] = session.Address;
        (body["created"], body["auth_time"], body["last_seen"], body["expires"]) = (session.Created.UtcDateTime, session.AuthTime.UtcDateTime, session.LastSeen.UtcDateTime, session.Expires.UtcDateTime);
        return body;
    }

    private static JsonObject DeviceOf(Model.Device device)
    {
        var body = new JsonObject { ["id"] = device.Id, ["first_seen"] = device.FirstSeen.UtcDateTime, ["last_seen"] = device.LastSeen.UtcDateTime, ["trusted_until"] = device.TrustedUntil!.Value.UtcDateTime };
        if (device.UserAgent is not null) body["user_agent"] = device.UserAgent;
        if (device.Address is not null) body["address"] = device.Address;
        return body;
    }
}
