using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;
using Samples.DetectorsApi;

// A resource API: it knows the identity server by one address, and its own name by one audience.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
string authority = builder.Configuration["Authority"] ?? throw new InvalidOperationException("Set Authority, for example http://localhost:5080");
string audience = builder.Configuration["Audience"] ?? throw new InvalidOperationException("Set Audience, for example https://api.pynomaly.local");

builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<Laboratory>();
builder.Services.AddSingleton<RevocationFeed>();
builder.Services.AddHostedService(services => services.GetRequiredService<RevocationFeed>());
builder.Services.AddProblemDetails();
builder.Services.AddAuthorization();
builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
{
    options.Authority = authority; // keys and issuer come by discovery
    options.RequireHttpsMetadata = !new Uri(authority).IsLoopback;
    options.AutomaticRefreshInterval = TimeSpan.FromMinutes(10);
    options.MapInboundClaims = false;
    options.TokenValidationParameters = new TokenValidationParameters
    {
        ValidTypes = ["at+jwt"], // RFC 9068 §4: an ID token is not an access token
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256], // RFC 8725 §3.1
        ValidAudience = audience,
        ClockSkew = TimeSpan.FromSeconds(10),
        NameClaimType = "sub",
        RoleClaimType = "roles",
    };
    options.Events = new BearerEvents();
});

var app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseMiddleware<RevocationFeedGuard>();
app.UseAuthentication();
app.UseAuthorization();

app.MapGet("/", () => new { name = "Detectors API", authority, audience, endpoints = new[] { "/whoami", "/detectors", "/datasets" } });
app.MapGet("/whoami", (ClaimsPrincipal caller) => new WhoAmI(caller)).RequireAuthorization();

app.MapGet("/detectors", (Laboratory lab) => lab.Detectors).RequirePermission("read:detectors");
app.MapGet("/detectors/{id}", (string id, Laboratory lab) => lab.Find(id) is { } found ? Results.Ok(found) : Results.NotFound())
    .RequirePermission("read:detectors");
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
