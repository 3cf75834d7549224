namespace Pynomaly.Identity.Administration.Snippets;

/// <summary>C# with what ASP.NET Core brings.</summary>
internal sealed class AspNetCoreSnippet : ISnippetWriter
{
    /// <inheritdoc/>
    public Snippet? Write(SnippetClient client) => client.Purpose switch
    {
        ClientPurposes.Web => new("aspnetcore", "ASP.NET Core", "csharp", "dotnet add package Microsoft.AspNetCore.Authentication.OpenIdConnect", $$"""
            using Microsoft.AspNetCore.Authentication.Cookies;
            using Microsoft.AspNetCore.Authentication.OpenIdConnect;

            var builder = WebApplication.CreateBuilder(args);
            builder.Services.AddAuthorization();
            builder.Services
                .AddAuthentication(options =>
                {
                    options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
                    options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
                })
                .AddCookie()
                .AddOpenIdConnect(options =>
                {
                    options.Authority = {{client.Issuer}};
                    options.ClientId = {{client.ClientId}};
                    options.ClientSecret = builder.Configuration["CLIENT_SECRET"];
                    options.CallbackPath = {{client.RedirectPath}};
                    options.ResponseType = "code"; // PKCE is on by itself
                    options.ResponseMode = "query";
                    options.MapInboundClaims = false;
                    options.TokenValidationParameters.NameClaimType = "name";
                    options.SaveTokens = true;
                    options.Scope.Clear();
                    foreach (var scope in new[] { {{string.Join(", ", client.Scopes)}} }) options.Scope.Add(scope);
                });

            var app = builder.Build();
            app.UseAuthentication();
            app.UseAuthorization();
            app.MapGet("/", (HttpContext context) => $"Hello {context.User.Identity!.Name}").RequireAuthorization();
            app.Run();
            """),
        ClientPurposes.Spa => new("aspnetcore", "Blazor WebAssembly", "csharp", "dotnet add package Microsoft.AspNetCore.Components.WebAssembly.Authentication", $$"""
            using Microsoft.AspNetCore.Components.WebAssembly.Hosting;

            var builder = WebAssemblyHostBuilder.CreateDefault(args);
            builder.Services.AddOidcAuthentication(options =>
            {
                options.ProviderOptions.Authority = {{client.Issuer}};
                options.ProviderOptions.ClientId = {{client.ClientId}};
                options.ProviderOptions.ResponseType = "code"; // with PKCE
                options.ProviderOptions.RedirectUri = {{client.RedirectUri}};
                options.ProviderOptions.DefaultScopes.Clear();
                foreach (var scope in new[] { {{string.Join(", ", client.Scopes)}} }) options.ProviderOptions.DefaultScopes.Add(scope);
            });
            await builder.Build().RunAsync();
            """),
        ClientPurposes.Native => new("aspnetcore", ".NET on a device", "csharp", "dotnet add package Duende.IdentityModel.OidcClient", $$"""
            using Duende.IdentityModel.OidcClient;

            var client = new OidcClient(new OidcClientOptions
            {
                Authority = {{client.Issuer}},
                ClientId = {{client.ClientId}},
                RedirectUri = {{client.RedirectUri}}, // of a loopback address, put the port that you listen on after the host
                Scope = {{client.Scope}},
                Browser = new SystemBrowser(), // opens the system's browser and waits for the redirect: never a web view
            });
            var result = await client.LoginAsync();
            Console.WriteLine(result.IsError ? result.Error : $"Hello {result.User.FindFirst("name")?.Value}");
            """),
        ClientPurposes.Service => new("aspnetcore", ".NET service", "csharp", null, $$"""
            using System.Net.Http.Headers;
            using System.Net.Http.Json;
            using System.Text;
            using System.Text.Json;

            var secret = Environment.GetEnvironmentVariable("CLIENT_SECRET") ?? throw new InvalidOperationException("CLIENT_SECRET is not set");
            using var http = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Post, {{client.Issuer}} + "/connect/token")
            {
                Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["scope"] = {{client.Scope}} }),
            };
            var basic = $"{Uri.EscapeDataString({{client.ClientId}})}:{Uri.EscapeDataString(secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(basic)));
            using var response = await http.SendAsync(request);
            response.EnsureSuccessStatusCode();
            var token = await response.Content.ReadFromJsonAsync<JsonElement>();
            // Keep it for expires_in seconds: the next request needs no new one.
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetProperty("access_token").GetString());
            """),
        _ => new("aspnetcore", "ASP.NET Core API", "csharp", "dotnet add package Microsoft.AspNetCore.Authentication.JwtBearer", $$"""
            using Microsoft.AspNetCore.Authentication.JwtBearer;

            var builder = WebApplication.CreateBuilder(args);
            builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
            {
                // Tokens are checked here, by the published keys; {{client.ClientId}} is for introspection, where that is not enough.
                options.Authority = {{client.Issuer}};
                options.Audience = {{client.Audience}};
                options.MapInboundClaims = false;
                options.TokenValidationParameters.ValidTypes = ["at+jwt"]; // RFC 9068 §4: never an ID token
                options.TokenValidationParameters.ValidAlgorithms = ["ES256", "RS256"];
            });
            builder.Services.AddAuthorization(options => options.AddPolicy("read:results", policy => policy.RequireClaim("permissions", "read:results")));

            var app = builder.Build();
            app.UseAuthentication();
            app.UseAuthorization();
            app.MapGet("/results", () => "Here they are").RequireAuthorization("read:results");
            app.Run();
            """),
    };
}
