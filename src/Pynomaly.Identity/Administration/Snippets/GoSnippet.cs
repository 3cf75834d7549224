namespace Pynomaly.Identity.Administration.Snippets;

/// <summary>Go with golang.org/x/oauth2 and coreos/go-oidc.</summary>
internal sealed class GoSnippet : ISnippetWriter
{
    /// <inheritdoc/>
    public Snippet? Write(SnippetClient client) => client.Purpose switch
    {
        ClientPurposes.Web => GoSignIn.Web(client),
        ClientPurposes.Spa => null,
        ClientPurposes.Native => GoSignIn.Native(client),
        ClientPurposes.Service => new("go", "Go", "go", "go get golang.org/x/oauth2", $$"""
            package main

            import (
            	"context"
            	"fmt"
            	"io"
            	"log"
            	"os"

            	"golang.org/x/oauth2"
            	"golang.org/x/oauth2/clientcredentials"
            )

            func main() {
            	config := clientcredentials.Config{
            		ClientID: {{client.ClientId}}, ClientSecret: os.Getenv("CLIENT_SECRET"),
            		TokenURL: {{client.Issuer}} + "/connect/token", Scopes: []string{{{string.Join(", ", client.Scopes)}}}, AuthStyle: {{GoSignIn.Style(client)}},
            	}
            	client := config.Client(context.Background()) // gets tokens, keeps them and renews them
            	response, err := client.Get(os.Getenv("API_URL"))
            	if err != nil {
            		log.Fatal(err)
            	}
            	defer response.Body.Close()
            	body, err := io.ReadAll(response.Body)
            	if err != nil {
            		log.Fatal(err)
            	}
            	fmt.Println(response.StatusCode, string(body))
            }
            """),
        _ => new("go", "Go API", "go", "go get github.com/coreos/go-oidc/v3/oidc", $$"""
            package main

            import (
            	"context"
            	"encoding/base64"
            	"encoding/json"
            	"errors"
            	"fmt"
            	"log"
            	"net/http"
            	"os"
            	"strings"

            	"github.com/coreos/go-oidc/v3/oidc"
            )

            type claims struct {
            	ClientID     string          `json:"client_id"`
            	Permissions  []string        `json:"permissions"`
            	Confirmation json.RawMessage `json:"cnf"`
            }

            var verifier *oidc.IDTokenVerifier

            func main() {
            	// Tokens are checked here, by the published keys; {{client.ClientId}} is for introspection, where that is not enough.
            	provider, err := oidc.NewProvider(context.Background(), {{client.Issuer}})
            	if err != nil {
            		log.Fatal(err)
            	}
            	verifier = provider.Verifier(&oidc.Config{ // keys are kept, and read again when one is new
            		ClientID:             {{client.Audience}}, // so the library calls the audience
            		SupportedSigningAlgs: []string{"ES256", "RS256"},
            	})

            	http.Handle("/results", permission("read:results", func(w http.ResponseWriter, r *http.Request) {
            		fmt.Fprint(w, "Here they are")
            	}))
            	port := os.Getenv("PORT")
            	if port == "" {
            		port = "3000"
            	}
            	log.Fatal(http.ListenAndServe("127.0.0.1:"+port, nil))
            }

            func permission(name string, next http.HandlerFunc) http.Handler {
            	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
            		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
            		if !strings.EqualFold(scheme, "Bearer") || token == "" {
            			refuse(w, http.StatusUnauthorized, "Bearer")
            			return
            		}
            		caller, err := read(r.Context(), strings.TrimSpace(token))
            		if err != nil {
            			refuse(w, http.StatusUnauthorized, `Bearer error="invalid_token"`)
            			return
            		}
            		for _, one := range caller.Permissions {
            			if one == name {
            				next(w, r)
            				return
            			}
            		}
            		refuse(w, http.StatusForbidden, fmt.Sprintf(`Bearer error="insufficient_scope", scope="%s"`, name))
            	})
            }

            func read(ctx context.Context, token string) (caller claims, err error) {
            	found, err := verifier.Verify(ctx, token)
            	if err != nil {
            		return caller, err
            	}
            	part, _, _ := strings.Cut(token, ".")
            	decoded, err := base64.RawURLEncoding.DecodeString(part)
            	if err != nil {
            		return caller, err
            	}
            	var header struct{ Typ string }
            	if err = json.Unmarshal(decoded, &header); err != nil {
            		return caller, err
            	}
            	if err = found.Claims(&caller); err != nil {
            		return caller, err
            	}
            	if header.Typ != "at+jwt" || caller.ClientID == "" { // RFC 9068 section 4
            		return caller, errors.New("an ID token is not an access token")
            	}
            	if caller.Confirmation != nil {
            		return caller, errors.New("bound to a key: no bearer token")
            	}
            	return caller, nil
            }

            func refuse(w http.ResponseWriter, status int, challenge string) {
            	w.Header().Set("WWW-Authenticate", challenge)
            	w.WriteHeader(status)
            }
            """),
    };
}
