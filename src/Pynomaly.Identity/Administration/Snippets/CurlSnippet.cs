namespace Pynomaly.Identity.Administration.Snippets;

/// <summary>A shell with curl and jq: for a look at the protocol, and for scripts.</summary>
internal sealed class CurlSnippet : ISnippetWriter
{
    // curl reads these from a pipe: what stands in its arguments is read by everybody on the machine. RFC 6749 §2.3.1 wants both parts form-encoded,
    // which changes nothing in identifiers and secrets made by this server.
    private const string Basic = """--header @<(printf 'Authorization: Basic %s' "$(printf %s "$CLIENT_ID:$CLIENT_SECRET" | base64 | tr -d '\n')")""";
    private const string Post = """--data-urlencode "client_id=$CLIENT_ID" --data-urlencode client_secret@<(printf %s "$CLIENT_SECRET")""";
    private const string Public = "--data-urlencode \"client_id=$CLIENT_ID\"";

    /// <inheritdoc/>
    public Snippet? Write(SnippetClient client) => new("curl", "curl", "bash", null, client.Purpose switch
    {
        ClientPurposes.Service => $$"""
            #!/usr/bin/env bash
            set -euo pipefail
            ISSUER={{SnippetClient.Shell(client.Issuer)}}
            CLIENT_ID={{SnippetClient.Shell(client.ClientId)}}
            # CLIENT_SECRET and API_URL are set in the environment

            TOKEN=$(curl --silent --show-error --fail-with-body {{Proof(client)}} \
              --data-urlencode grant_type=client_credentials{{(client.Scopes.Count > 0 ? $" --data-urlencode scope={SnippetClient.Shell(client.Scope)}" : "")}} "$ISSUER/connect/token" | jq -er .access_token)

            curl --silent --show-error --fail-with-body --header @<(printf 'Authorization: Bearer %s' "$TOKEN") "$API_URL"
            """,
        ClientPurposes.Resource => $$"""
            #!/usr/bin/env bash
            set -euo pipefail
            ISSUER={{SnippetClient.Shell(client.Issuer)}}
            CLIENT_ID={{SnippetClient.Shell(client.ClientId)}}
            AUDIENCE={{SnippetClient.Shell(client.Audience)}}
            # CLIENT_SECRET is set in the environment, and TOKEN is what a request to the API came with

            ANSWER=$(curl --silent --show-error --fail-with-body {{Proof(client)}} \
              --data-urlencode token@<(printf %s "$TOKEN") "$ISSUER/connect/introspect")

            # 200, 401 or 403: what the API answers
            jq -r --arg audience "$AUDIENCE" '
              if .active != true or ([.aud] | flatten | index($audience) | not) or .cnf then 401
              elif (.permissions // []) | index("read:results") then 200 else 403 end' <<< "$ANSWER"
            """,
        _ => $$"""
            #!/usr/bin/env bash
            set -euo pipefail
            ISSUER={{SnippetClient.Shell(client.Issuer)}}
            CLIENT_ID={{SnippetClient.Shell(client.ClientId)}}{{(client.Purpose == ClientPurposes.Web ? " # and CLIENT_SECRET is set in the environment" : "")}}
            REDIRECT_URI={{SnippetClient.Shell(client.RedirectUri)}}{{client.Remark("#")}}
            VERIFIER=$(openssl rand -base64 48 | tr '+/' '-_' | tr -d '=\n')
            CHALLENGE=$(printf %s "$VERIFIER" | openssl dgst -sha256 -binary | base64 | tr '+/' '-_' | tr -d '=\n')
            STATE=$(openssl rand -hex 16)

            echo "Open this in a browser:" >&2
            curl --silent --get --write-out '%{url_effective}\n' --output /dev/null "$ISSUER/connect/authorize" --data-urlencode "client_id=$CLIENT_ID" \
              --data-urlencode "redirect_uri=$REDIRECT_URI" --data-urlencode response_type=code --data-urlencode scope={{SnippetClient.Shell(client.Scope)}} \
              --data-urlencode "state=$STATE" --data-urlencode "code_challenge=$CHALLENGE" --data-urlencode code_challenge_method=S256 >&2

            read -r -p 'The address that it ends at: ' ANSWER
            parameter() { grep -o "[?&]$1=[^&#]*" <<< "$ANSWER" | head -n 1 | cut -d = -f 2-; }
            [ "$(parameter state)" = "$STATE" ] || { echo "That does not answer this request." >&2; exit 1; }

            TOKEN=$(curl --silent --show-error --fail-with-body {{Proof(client)}} \
              --data-urlencode grant_type=authorization_code --data-urlencode "code=$(parameter code)" --data-urlencode "redirect_uri=$REDIRECT_URI" \
              --data-urlencode code_verifier@<(printf %s "$VERIFIER") "$ISSUER/connect/token" | jq -er .access_token)

            curl --silent --show-error --fail-with-body --header @<(printf 'Authorization: Bearer %s' "$TOKEN") "$ISSUER/connect/userinfo" | jq -r '"Hello \(.name // .sub)"'
            """,
    });

    private static string Proof(SnippetClient client) => client.Purpose is ClientPurposes.Spa or ClientPurposes.Native ? Public : client.IsPost ? Post : Basic;
}
