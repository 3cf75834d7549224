using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;
using Samples.WebApp.Detectors;
using Samples.WebApp.SignIn;

// A relying party: it sends people to the identity server to sign in, and calls the Detectors API in their name.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
var settings = builder.Configuration;

builder.Services.AddRazorPages();
builder.Services.AddMemoryCache();
builder.Services.AddHttpContextAccessor();
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<ITicketStore, SessionStore>();
builder.Services.AddScoped<TokenRenewal>();
builder.Services.AddHttpClient<DetectorsClient>(http => http.BaseAddress = new Uri(settings["Api"]!));

builder.Services
    .AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
    .AddCookie(cookie =>
    {
        cookie.Cookie.Name = "web-sample";
        cookie.EventsType = typeof(TokenRenewal);
    })
    .AddOAuth<OpenIdConnectOptions, OpenIdConnectHandler>(SchemeNames.Pynomaly, oidc =>
    {
        oidc.Authority = settings["Authority"]!;
        oidc.ClientId = settings["ClientId"]!;
        oidc.ClientSecret = settings["SAMPLE_WEB_SECRET"]!;
        foreach (string scope in (string[])["openid", "profile", "email", "offline_access", "pynomaly_api"]) oidc.Scope.Add(scope);
        oidc.Events.OnRemoteFailure = context =>
        {
            context.Response.Redirect("/sign-in-failed");
            context.HandleResponse();
            return Task.CompletedTask;
        };
    });
builder.Services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme)
    .Configure<ITicketStore>((cookie, sessions) => cookie.SessionStore = sessions);

var app = builder.Build();
_ = app.Services.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>().Get(SchemeNames.Pynomaly); // a missing secret stops the start

string policy = $"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {settings["Authority"]}; base-uri 'none'; frame-ancestors 'none'";
app.Use((context, next) =>
{
    context.Response.Headers.ContentSecurityPolicy = policy;
    context.Response.Headers.XContentTypeOptions = "nosniff";
    context.Response.Headers["Referrer-Policy"] = "no-referrer";
    return next(context);
});
app.UseStaticFiles();
app.UseAuthentication();
app.UseAuthorization();
app.MapRazorPages();

await app.RunAsync();
