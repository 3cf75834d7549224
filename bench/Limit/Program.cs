using System.Text;
using Pynomaly.Identity.Bench.Limit;

// The limit is a floor, not a server: it knows no client, checks no secret, keeps no audit. What it costs, every token server pays.
// Its content root is not the database's directory: the watcher of settings files would hear of every write there.
var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(options => options.AddServerHeader = false);
var app = builder.Build();
using var rotations = new Rotations(builder.Configuration["Database"] ?? ":memory:");

var fixedJson = Encoding.UTF8.GetBytes($$"""{"issuer":"{{Jwt.Issuer}}","padding":"{{new string('x', 2200)}}"}""");
var active = """{"active":true,"""u8.ToArray();

// (i) fixed bytes
app.MapGet("/fixed", (RequestDelegate)(context => Reply.JsonAsync(context, fixedJson)));

// (ii) a form in, JSON out
app.MapPost("/form", (RequestDelegate)(async context =>
{
    var form = await context.Request.ReadFormAsync(context.RequestAborted);
    await Reply.JsonAsync(context, Encoding.UTF8.GetBytes($$"""{"grant_type":"{{form["grant_type"]}}"}"""));
}));

// (iii) and (iv) a form in, one signed token out
app.MapPost("/es256", (RequestDelegate)(context => TokenAsync(context, Jwt.Es256)));
app.MapPost("/rs256", (RequestDelegate)(context => TokenAsync(context, Jwt.Rs256)));

// (v) a form in, one signature checked
app.MapPost("/verify", (RequestDelegate)(async context =>
{
    var form = await context.Request.ReadFormAsync(context.RequestAborted);
    var payload = Jwt.Verify(form["token"].ToString());
    if (payload is null)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return;
    }

    await Reply.JsonAsync(context, (byte[])[.. active, .. payload.AsSpan(1)]);
}));

// (vi) a refresh token in, its successor durable before the answer, one signed token out
app.MapPost("/rotate", (RequestDelegate)(async context =>
{
    var form = await context.Request.ReadFormAsync(context.RequestAborted);
    var next = await rotations.RotateAsync(form["refresh_token"].ToString());
    if (next is null)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return;
    }

    await Reply.TokenAsync(context, Jwt.Es256(form["client_id"].ToString(), "openid"), next);
}));
app.MapPost("/chain", (RequestDelegate)(async context => await context.Response.WriteAsync(await rotations.BeginAsync(), context.RequestAborted)));

app.Run();

static async Task TokenAsync(HttpContext context, Func<string, string, byte[]> sign)
{
    var form = await context.Request.ReadFormAsync(context.RequestAborted);
    await Reply.TokenAsync(context, sign("bench-service", form["scope"].ToString()), null);
}
