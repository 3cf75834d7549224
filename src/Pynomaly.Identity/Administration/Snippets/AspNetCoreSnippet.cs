namespace Pynomaly.Identity.Administration.Snippets;

/// <summary>C# with what ASP.NET Core brings, and with this server's own packages for services and APIs.</summary>
internal sealed class AspNetCoreSnippet : ISnippetWriter
{
    // ASP.NET Core's handler knows the form alone (client_secret_post).
    private const string SecretInHeader = """


        // client_secret_basic, as this client is registered: the handler by itself would put the secret into the form.
        sealed class SecretInHeader(string id, string secret) : DelegatingHandler(new HttpClientHandler())
        {
            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(id)}:{Uri.EscapeDataString(secret)}"));
                if (request.Method == HttpMethod.Post) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
                return base.SendAsync(request, cancellationToken);
            }
        }
        """;

    /// <inheritdoc/>
    public Snippet? Write(SnippetClient client) => client.Purpose switch
    {
        ClientPurposes.Web => new("aspnetcore", "ASP.NET Core", "csharp", "dotnet add package Microsoft.AspNetCore.Authentication.OpenIdConnect", $$"""
            {{(client.IsPost ? "" : "using System.Net.Http.Headers;\nusing System.Text;\n")}}using Microsoft.AspNetCore.Authentication.Cookies;
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
                    options.Authority = {{client.Issuer}};{{(client.IsLocal ? "\n        options.RequireHttpsMetadata = false; // http is for this machine only" : "")}}
                    options.ClientId = {{client.ClientId}};
                    {{(client.IsPost
                        ? "options.ClientSecret = builder.Configuration[\"CLIENT_SECRET\"];"
                        : "options.BackchannelHttpHandler = new SecretInHeader(options.ClientId, builder.Configuration[\"CLIENT_SECRET\"]!);")}}
                    options.CallbackPath = {{client.RedirectPath}};{{client.Remark("//")}}
                    options.ResponseType = "code"; // PKCE, state and nonce are on by themselves
                    options.ResponseMode = "query";
                    options.CorrelationCookie.SameSite = options.NonceCookie.SameSite = SameSiteMode.Lax; // enough for an answer by GET, and needs no https on this machine
                    options.Scope.Clear();
                    foreach (var scope in new[] { {{string.Join(", ", client.Scopes)}} }) options.Scope.Add(scope);
                    options.MapInboundClaims = false; // claims keep their names
                    options.TokenValidationParameters.NameClaimType = "name";
                    options.TokenValidationParameters.ValidAlgorithms = [{{client.Algorithm}}];
                    options.GetClaimsFromUserInfoEndpoint = true;
                    options.SaveTokens = true;
                    options.Events.OnRemoteFailure = context =>
                    {
                        context.HandleResponse();
                        context.Response.StatusCode = StatusCodes.Status400BadRequest;
                        return context.Response.WriteAsync("The sign-in did not succeed.");
                    };
                });

            var app = builder.Build();
            app.UseAuthentication();
            app.UseAuthorization();
            app.MapGet("/", (HttpContext context) => $"Hello {context.User.Identity?.Name}").RequireAuthorization();
            app.Run();{{(client.IsPost ? "" : SecretInHeader)}}
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
                options.UserOptions.NameClaim = "name";
            });
            await builder.Build().RunAsync();
            """),
        ClientPurposes.Native => new("aspnetcore", ".NET on a device", "csharp", "dotnet add package Duende.IdentityModel.OidcClient", $$"""
            using System.Net;
            using System.Net.Sockets;
            using Duende.IdentityModel.OidcClient;
            using Duende.IdentityModel.OidcClient.Browser;

            var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            var redirect = new UriBuilder({{client.RedirectUri}}) { Port = ((IPEndPoint)free.LocalEndpoint).Port }; // of a loopback address any port is accepted (RFC 8252 section 7.3){{(client.IsRegistered ? "" : $"\n// {client.Remark("").Trim()}")}}
            free.Stop();

            var client = new OidcClient(new OidcClientOptions
            {
                Authority = {{client.Issuer}},
                ClientId = {{client.ClientId}},
                RedirectUri = redirect.Uri.AbsoluteUri,
                Scope = {{client.Scope}},
                Browser = new SystemBrowser(), // PKCE and state are on by themselves
            });
            var result = await client.LoginAsync();
            Console.WriteLine(result.IsError ? $"{result.Error} {result.ErrorDescription}" : $"Hello {result.User.FindFirst("name")?.Value}");
            return result.IsError ? 1 : 0;

            // The system's browser, never a view of the application; and a listener that waits for the answer.
            sealed class SystemBrowser : IBrowser
            {
                public async Task<BrowserResult> InvokeAsync(BrowserOptions options, CancellationToken cancellationToken)
                {
                    using var listener = new HttpListener();
                    listener.Prefixes.Add(new Uri(options.EndUrl).GetLeftPart(UriPartial.Authority) + "/");
                    listener.Start();
                    Console.WriteLine($"Open in a browser: {options.StartUrl}");
                    while (true)
                    {
                        var context = await listener.GetContextAsync().WaitAsync(cancellationToken);
                        var isAnswer = context.Request.Url!.AbsolutePath == new Uri(options.EndUrl).AbsolutePath;
                        context.Response.StatusCode = isAnswer ? 200 : 404;
                        context.Response.Close(isAnswer ? "You can close this page."u8.ToArray() : [], willBlock: true);
                        if (isAnswer) return new BrowserResult { ResultType = BrowserResultType.Success, Response = context.Request.Url.AbsoluteUri };
                    }
                }
            }
            """),
        ClientPurposes.Service when client.IsPost => new("aspnetcore", ".NET service", "csharp", null, $$"""
            using System.Net.Http.Headers;
            using System.Net.Http.Json;
            using System.Text.Json;

            using var http = new HttpClient();
            using var form = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = {{client.ClientId}},
                ["client_secret"] = Environment.GetEnvironmentVariable("CLIENT_SECRET") ?? throw new InvalidOperationException("CLIENT_SECRET is not set"),{{(client.Scopes.Count > 0 ? $"\n    [\"scope\"] = {client.Scope}," : "")}}
            });
            using var answer = await http.PostAsync({{client.Issuer}} + "/connect/token", form);
            answer.EnsureSuccessStatusCode();
            var token = await answer.Content.ReadFromJsonAsync<JsonElement>(); // keep it until shortly before expires_in seconds have passed
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetProperty("access_token").GetString());

            using var response = await http.GetAsync(Environment.GetEnvironmentVariable("API_URL"));
            Console.WriteLine($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            """),
        ClientPurposes.Service => new("aspnetcore", ".NET service", "csharp", "dotnet add package Pynomaly.Identity.Client\ndotnet add package Microsoft.Extensions.Hosting", $$"""
            using Microsoft.Extensions.DependencyInjection;
            using Microsoft.Extensions.Hosting;
            using Pynomaly.Identity.Client;

            var builder = Host.CreateApplicationBuilder(args);
            builder.Services.AddPynomalyTokens("results", options => // gets tokens, keeps them and renews them
            {
                options.Issuer = {{client.Issuer}};
                options.ClientId = {{client.ClientId}};
                options.ClientSecret = builder.Configuration["CLIENT_SECRET"];{{(client.Scopes.Count > 0 ? $"\n    options.Scope = {client.Scope};" : "")}}
            }).ConfigureHttpClient(http => http.BaseAddress = new Uri(builder.Configuration["API_URL"]!)); // tokens go to this address alone
            using var host = builder.Build();

            using var http = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("results");
            using var response = await http.GetAsync(""); // or a path below it
            Console.WriteLine($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            """),
        _ => new("aspnetcore", "ASP.NET Core API", "csharp", "dotnet add package Pynomaly.Identity.ResourceServer", $$"""
            using Pynomaly.Identity.ResourceServer;

            // Tokens are checked here, by the published keys and the revocation list; {{client.ClientId}} is for introspection, where that is not enough.
            var builder = WebApplication.CreateBuilder(args);
            builder.Services.AddAuthentication().AddPynomalyIdentity(options =>
            {
                options.Issuer = {{client.Issuer}};
                options.Audience = {{client.Audience}};
            });

            var app = builder.Build();
            app.MapGet("/results", () => "Here they are").RequirePermission("read:results");
            app.Run();
            """),
    };
}
