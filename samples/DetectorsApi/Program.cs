using System.Security.Claims;
using Pynomaly.Identity.ResourceServer;
using Samples.DetectorsApi;

// A resource API: it knows the identity server by one address, and its own name by one audience.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
string authority = builder.Configuration["Authority"] ?? throw new InvalidOperationException("Set Authority, for example http://localhost:5080");
string audience = builder.Configuration["Audience"] ?? throw new InvalidOperationException("Set Audience, for example https://api.pynomaly.local");

builder.Services.AddSingleton<Laboratory>();
builder.Services.AddProblemDetails();
builder.Services.AddAuthentication().AddPynomalyIdentity(options =>
{
    options.Issuer = authority; // keys, revocation list and all the rest come by discovery
    options.Audience = audience;
    options.Resource = builder.Configuration["Urls"]; // the audience is no address on this machine
    options.Realm = "detectors";
    options.AcceptApiKeys = true;
});
builder.Services.AddHealthChecks().AddPynomalyIdentity();

var app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseAuthentication();
app.UseAuthorization();
app.MapHealthChecks("/health");

app.MapGet("/", () => new { name = "Detectors API", authority, audience, endpoints = new[] { "/whoami", "/detectors", "/detections", "/datasets" } });
app.MapGet("/whoami", (ClaimsPrincipal caller) => new WhoAmI(caller)).RequireAuthorization();

app.MapGet("/detectors", (Laboratory lab) => lab.Detectors).RequirePermission("read:detectors");
app.MapGet("/detectors/{id}", (string id, Laboratory lab) => lab.Find(id) is { } found ? Results.Ok(found) : Results.NotFound())
    .RequirePermission("read:detectors");
app.MapGet("/detections", (Laboratory lab, CancellationToken stop) => TypedResults.ServerSentEvents(lab.DetectAsync(stop), "detection"))
    .RequirePermission("read:detectors").EndWithToken(); // it goes on for hours, but not after the token was revoked or has expired
app.MapPost("/detectors", (NewDetector asked, Laboratory lab) =>
{
    if (lab.Check(asked) is { Count: > 0 } problems) return Results.ValidationProblem(problems);
    var made = lab.Add(asked);
    return Results.Created($"/detectors/{made.Id}", made);
}).RequirePermission("write:detectors");
app.MapDelete("/detectors/{id}", (string id, Laboratory lab) => lab.Remove(id) ? Results.NoContent() : Results.NotFound())
    .RequirePermission("delete:detectors");

app.MapGet("/datasets", (Laboratory lab) => lab.Datasets).RequirePermission("read:datasets");

await app.RunAsync();
