using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.IdentityModel.Tokens;
using Samples.Strangers;

// An API that takes tokens of one issuer, with nothing but ASP.NET Core's own JwtBearer. ISSUER and AUDIENCE are set in the environment.
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
{
    options.Authority = builder.Configuration["ISSUER"]; // keys and issuer come by discovery
    options.RequireHttpsMetadata = !builder.Environment.IsDevelopment();
    options.MapInboundClaims = false; // claims keep their names
    options.TokenValidationParameters = new TokenValidationParameters
    {
        ValidTypes = ["at+jwt"], // an ID token is no access token (RFC 9068 §4)
        ValidAlgorithms = ["ES256", "RS256"], // chosen here, not by the token (RFC 8725 §3.1)
        ValidAudience = builder.Configuration["AUDIENCE"] ?? throw new InvalidOperationException("Set AUDIENCE"),
        ClockSkew = TimeSpan.FromSeconds(10),
        NameClaimType = "sub",
        RoleClaimType = "roles",
    };
    options.Events = new JwtBearerEvents
    {
        OnTokenValidated = context =>
        {
            // Bound to a key that nobody proves here: without the proof it is no bearer token (RFC 9449 §7.2).
            if (context.Principal!.HasClaim(claim => claim.Type == "cnf")) context.Fail("The token is bound to a key");
            return Task.CompletedTask;
        },
    };
});
builder.Services.AddAuthorizationBuilder()
    .AddPolicy("read:detectors", policy => policy.RequireClaim("permissions", "read:detectors"))
    .AddPolicy("write:detectors", policy => policy.RequireClaim("permissions", "write:detectors"));
builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, InsufficientScope>();

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapGet("/health", () => "ready");
app.MapGet("/detectors", () => new[] { "pump-vibration", "login-bursts" }).RequireAuthorization("read:detectors");
app.MapPost("/detectors", () => Results.Created()).RequireAuthorization("write:detectors");
await app.RunAsync();
