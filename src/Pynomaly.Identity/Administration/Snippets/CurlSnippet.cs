namespace Pynomaly.Identity.Administration.Snippets;

/// <summary>A shell with curl: for a look at the protocol, and for scripts.</summary>
internal sealed class CurlSnippet : ISnippetWriter
{
    // curl reads what stands before and after the colon as it is; RFC 6749 §2.3.1 wants both form-encoded, which changes nothing in identifiers and secrets made by this server.
    private const string Basic = "--user \"$CLIENT_ID:$CLIENT_SECRET\"";
    private const string Post = "--data-urlencode \"client_id=$CLIENT_ID\" --data-urlencode \"client_secret=$CLIENT_SECRET\"";
    private const string Public = "--data-urlencode \"client_id=$CLIENT_ID\"";

    /// <inheritdoc/>
    public Snippet? Write(SnippetClient client) => new("curl", "curl", $"bash", null, client.Purpose switch
    {
        ClientPurposes.Service => $$"""
            ISSUER={{client.Shell(client.Issuer)}}
            CLIENT_ID={{client.Shell(client.ClientId)}}
            # CLIENT_SECRET is set in the environment
            curl --fail-with-body {{Proof(client)}} --data-urlencode grant_type=client_credentials --data-urlencode scope={{client.Shell(client.Scope)}} "$ISSUER/connect/token"
            """,
        ClientPurposes.Resource => $$"""
            ISSUER={{client.Shell(client.Issuer)}}
            CLIENT_ID={{client.Shell(client.ClientId)}}
            # CLIENT_SECRET is set in the environment, and TOKEN is what a request to the API came with
            # It may look into tokens for {{client.Shell(client.Audience)}}
            curl --fail-with-body {{Proof(client)}} --data-urlencode "token=$TOKEN" "$ISSUER/connect/introspect"
            """,
        _ => $$"""
            ISSUER={{client.Shell(client.Issuer)}}
            CLIENT_ID={{client.Shell(client.ClientId)}}
            REDIRECT_URI={{client.Shell(client.RedirectUri)}}
            VERIFIER=$(openssl rand -base64 48 | tr '+/' '-_' | tr -d '=\n')
            CHALLENGE=$(printf %s "$VERIFIER" | openssl dgst -sha256 -binary | base64 | tr '+/' '-_' | tr -d '=\n')
            STATE=$(openssl rand -hex 16)

            # Open this in a browser, and take the code from the address that it ends at
            curl --silent --get --write-out '%{url_effective}\n' --output /dev/null "$ISSUER/connect/authorize" --data-urlencode "client_id=$CLIENT_ID" \
              --data-urlencode "redirect_uri=$REDIRECT_URI" --data-urlencode response_type=code --data-urlencode scope={{client.Shell(client.Scope)}} \
              --data-urlencode "state=$STATE" --data-urlencode "code_challenge=$CHALLENGE" --data-urlencode code_challenge_method=S256

            read -r -p 'code: ' CODE
            curl --fail-with-body {{Proof(client)}} --data-urlencode grant_type=authorization_code --data-urlencode "code=$CODE" \
              --data-urlencode "redirect_uri=$REDIRECT_URI" --data-urlencode "code_verifier=$VERIFIER" "$ISSUER/connect/token"
            """,
    });

    private static string Proof(SnippetClient client) => client.Purpose is ClientPurposes.Spa or ClientPurposes.Native ? Public : client.IsPost ? Post : Basic;
}
