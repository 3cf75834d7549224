using System.Text.Json;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Keys;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Storage;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>Idempotency keys: a request that is sent again, because its answer was lost, gets the answer of the first and does nothing twice.</summary>
/// <remarks>
/// <see href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/">draft-ietf-httpapi-idempotency-key-header</see>. Only what was done is remembered: a refusal
/// changed nothing, and is decided anew. The door is passed at each request, so that nobody gets an answer again whose right is gone.
/// </remarks>
[Specification("draft-ietf-httpapi-idempotency-key-header", "The Idempotency-Key HTTP Header Field")]
internal sealed class RememberedAnswers(Database database, MasterKey master, TimeProvider time)
{
    private const int UnderWay = 0;

    // One statement: takes a key that is free or whose time is over; the row count decides among any number of nodes.
    private const string TakeSql = """
        INSERT INTO remembered_answers (id, request, status, body, expires) VALUES ($1, $2, $3, NULL, $4)
        ON CONFLICT (id) DO UPDATE SET request = $2, status = $3, body = NULL, expires = $4 WHERE remembered_answers.expires <= $5
        """;

    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>Does the work of a key once, and answers what that answered whenever the key comes again.</summary>
    /// <exception cref="ApiProblem">The key came with another request (422), or its first request is under way (409).</exception>
    public async Task<ApiAnswer> AnswerAsync(IdempotencyKey key, Func<Task<ApiAnswer>> work, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await database.WriteAsync((sql, stop) => sql.ExecuteAsync(TakeSql, stop, key.Id, key.Request, UnderWay, now + Kept, now), cancellationToken) == 0)
            return await RecallAsync(key, cancellationToken);
        try
        {
            var answer = await work();
            await KeepAsync(key, answer);
            return answer;
        }
        catch (Exception e) when (e is ApiProblem or AdministrationException or ConfigurationException or ProtocolException)
        {
            await ForgetAsync(key); // refused: nothing was changed. After any other failure the key stays taken, since nobody knows how far it came
            throw;
        }
    }

    private async Task<ApiAnswer> RecallAsync(IdempotencyKey key, CancellationToken cancellationToken)
    {
        await using var sql = await database.ReadAsync(cancellationToken);
        var (request, status, body) = await sql.FirstAsync("SELECT request, status, body FROM remembered_answers WHERE id = $1", row => (row.GetString(0), row.GetInt32(1), row.Text(2)), cancellationToken, key.Id);
        if (request is not null && request != key.Request) throw ApiProblem.Unprocessable($"This {IdempotencyKey.Header} was used for another request. Take a new one for each request");
        if (status == UnderWay || body is null || master.TryUnwrap(Convert.FromBase64String(body), Context(key)) is not { } plain)
            throw ApiProblem.Conflict($"The first request with this {IdempotencyKey.Header} is under way, or ended without an answer. Send it again later; if this stays, look whether it was done before you take a new key");
        var answer = JsonNode.Parse(plain)!.AsObject();
        return new ApiAnswer(answer["body"]?.DeepClone()) { Version = (string?)answer["version"] };
    }

    private Task<int> KeepAsync(IdempotencyKey key, ApiAnswer answer)
    {
        if (answer.Stream is not null) return ForgetAsync(key); // written part by part, and nothing was made
        var plain = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["body"] = answer.Body?.DeepClone(), ["version"] = answer.Version });
        var body = Convert.ToBase64String(master.Wrap(plain, Context(key)));
        return database.WriteAsync((sql, stop) => sql.ExecuteAsync("UPDATE remembered_answers SET status = $1, body = $2 WHERE id = $3", stop, answer.Body is null ? 204 : 200, body, key.Id), CancellationToken.None);
    }

    private Task<int> ForgetAsync(IdempotencyKey key) =>
        database.WriteAsync((sql, stop) => sql.ExecuteAsync("DELETE FROM remembered_answers WHERE id = $1", stop, key.Id), CancellationToken.None);

    // The row that it is bound to: an answer that is copied to another key's row does not open.
    private static string Context(IdempotencyKey key) => $"remembered answer {key.Id} {key.Request}";
}
