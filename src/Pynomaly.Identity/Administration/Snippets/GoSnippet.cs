namespace Pynomaly.Identity.Administration.Snippets;

/// <summary>Go with golang.org/x/oauth2 and coreos/go-oidc.</summary>
internal sealed class GoSnippet : ISnippetWriter
{
    // Works with every version of the library; its newer ones have GenerateVerifier and S256ChallengeOption too.
    private const string Helpers = """
        func random() string {
        	bytes := make([]byte, 32)
        	if _, err := rand.Read(bytes); err != nil {
        		panic(err)
        	}
        	return base64.RawURLEncoding.EncodeToString(bytes)
        }

        // Proof Key for Code Exchange (RFC 7636)
        func challenge(verifier string) string {
        	hash := sha256.Sum256([]byte(verifier))
        	return base64.RawURLEncoding.EncodeToString(hash[:])
        }
        """;

    private const string SignIn = """oauth2.SetAuthURLParam("code_challenge", challenge(verifier)), oauth2.SetAuthURLParam("code_challenge_method", "S256")""";

    /// <inheritdoc/>
    public Snippet? Write(SnippetClient client) => client.Purpose switch
    {
        ClientPurposes.Web => new("go", "Go", "go", "go get golang.org/x/oauth2 github.com/coreos/go-oidc/v3/oidc", $$"""
            package main

            import (
            	"context"
            	"crypto/rand"
            	"crypto/sha256"
            	"encoding/base64"
            	"fmt"
            	"log"
            	"net/http"
            	"os"
            	"strings"
            	"sync"

            	"github.com/coreos/go-oidc/v3/oidc"
            	"golang.org/x/oauth2"
            )

            const redirectURL = {{client.RedirectUri}}

            type pending struct{ state, nonce, verifier string }

            var sessions sync.Map // what was begun, and who has signed in; give it a store that outlives a restart

            func main() {
            	provider, err := oidc.NewProvider(context.Background(), {{client.Issuer}})
            	if err != nil {
            		log.Fatal(err)
            	}
            	endpoint := provider.Endpoint()
            	endpoint.AuthStyle = {{Style(client)}}
            	config := oauth2.Config{
            		ClientID: {{client.ClientId}}, ClientSecret: os.Getenv("CLIENT_SECRET"), Endpoint: endpoint,
            		RedirectURL: redirectURL, Scopes: []string{{{string.Join(", ", client.Scopes)}}},
            	}
            	algorithms := []string{{{client.Algorithm}}}
            	verify := provider.Verifier(&oidc.Config{ClientID: config.ClientID, SupportedSigningAlgs: algorithms})

            	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
            		name, ok := sessions.Load("person " + cookie(r, "session"))
            		if !ok {
            			http.Redirect(w, r, "/sign-in", http.StatusFound)
            			return
            		}
            		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
            		fmt.Fprintf(w, "Hello %s", name)
            	})

            	http.HandleFunc("/sign-in", func(w http.ResponseWriter, r *http.Request) {
            		id, state, nonce, verifier := random(), random(), random(), random()
            		sessions.Store("pending "+id, pending{state, nonce, verifier})
            		setCookie(w, "sign-in", id)
            		http.Redirect(w, r, config.AuthCodeURL(state, oidc.Nonce(nonce),
            			{{SignIn}}), http.StatusFound)
            	})

            	http.HandleFunc({{client.RedirectPath}}, func(w http.ResponseWriter, r *http.Request) {
            		begun, ok := sessions.LoadAndDelete("pending " + cookie(r, "sign-in"))
            		if !ok || begun.(pending).state != r.FormValue("state") {
            			http.Error(w, "This sign-in was not begun here.", http.StatusBadRequest)
            			return
            		}
            		name, err := signedIn(r.Context(), provider, verify, &config, r.FormValue("code"), begun.(pending))
            		if err != nil {
            			log.Print(err)
            			http.Error(w, "The sign-in did not succeed.", http.StatusBadRequest)
            			return
            		}
            		id := random()
            		sessions.Store("person "+id, name)
            		setCookie(w, "session", id)
            		http.Redirect(w, r, "/", http.StatusFound)
            	})

            	port := os.Getenv("PORT")
            	if port == "" {
            		port = "3000"
            	}
            	log.Fatal(http.ListenAndServe("127.0.0.1:"+port, nil))
            }

            func signedIn(ctx context.Context, provider *oidc.Provider, verify *oidc.IDTokenVerifier, config *oauth2.Config, code string, begun pending) (string, error) {
            	token, err := config.Exchange(ctx, code, oauth2.SetAuthURLParam("code_verifier", begun.verifier))
            	if err != nil {
            		return "", err
            	}
            	raw, _ := token.Extra("id_token").(string)
            	identity, err := verify.Verify(ctx, raw)
            	if err != nil {
            		return "", err
            	}
            	if identity.Nonce != begun.nonce {
            		return "", fmt.Errorf("the ID token does not answer this request")
            	}
            	info, err := provider.UserInfo(ctx, config.TokenSource(ctx, token))
            	if err != nil {
            		return "", err
            	}
            	person := struct{ Name string }{info.Subject}
            	if info.Subject != identity.Subject {
            		return "", fmt.Errorf("the claims are another person's") // OpenID Connect Core, section 5.3.2
            	}
            	return person.Name, info.Claims(&person)
            }

            func cookie(r *http.Request, name string) string {
            	if found, err := r.Cookie(name); err == nil {
            		return found.Value
            	}
            	return ""
            }

            func setCookie(w http.ResponseWriter, name, value string) {
            	http.SetCookie(w, &http.Cookie{
            		Name: name, Value: value, Path: "/", HttpOnly: true, Secure: strings.HasPrefix(redirectURL, "https:"), SameSite: http.SameSiteLaxMode,
            	})
            }

            {{Helpers}}
            """),
        ClientPurposes.Spa => null,
        ClientPurposes.Native => new("go", "Go on a device", "go", "go get golang.org/x/oauth2", $$"""
            package main

            import (
            	"context"
            	"crypto/rand"
            	"crypto/sha256"
            	"encoding/base64"
            	"encoding/json"
            	"fmt"
            	"log"
            	"net"
            	"net/http"
            	"net/url"

            	"golang.org/x/oauth2"
            )

            func main() {
            	issuer := {{client.Issuer}}
            	listener, err := net.Listen("tcp", "127.0.0.1:0") // of a loopback address any port is accepted (RFC 8252 section 7.3)
            	if err != nil {
            		log.Fatal(err)
            	}
            	redirect, _ := url.Parse({{client.RedirectUri}}){{client.Remark("//")}}
            	redirect.Host = listener.Addr().String()
            	config := oauth2.Config{
            		ClientID: {{client.ClientId}}, RedirectURL: redirect.String(), Scopes: []string{{{string.Join(", ", client.Scopes)}}},
            		Endpoint: oauth2.Endpoint{AuthURL: issuer + "/connect/authorize", TokenURL: issuer + "/connect/token", AuthStyle: oauth2.AuthStyleInParams},
            	}

            	state, verifier, answers := random(), random(), make(chan url.Values)
            	http.HandleFunc(redirect.Path, func(w http.ResponseWriter, r *http.Request) {
            		if r.FormValue("state") != state || r.FormValue("iss") != issuer {
            			http.Error(w, "That does not answer this request.", http.StatusBadRequest)
            			return
            		}
            		fmt.Fprint(w, "You can close this page.")
            		answers <- r.Form
            	})
            	go func() { log.Fatal(http.Serve(listener, nil)) }()
            	fmt.Println("Open in a browser, never in a view of the application:", config.AuthCodeURL(state,
            		{{SignIn}}))

            	answer := <-answers
            	if answer.Get("code") == "" {
            		log.Fatal(answer.Get("error"))
            	}
            	ctx := context.Background()
            	token, err := config.Exchange(ctx, answer.Get("code"), oauth2.SetAuthURLParam("code_verifier", verifier))
            	if err != nil {
            		log.Fatal(err)
            	}
            	client := config.Client(ctx, token) // renews the token by itself
            	response, err := client.Get(issuer + "/connect/userinfo")
            	if err != nil {
            		log.Fatal(err)
            	}
            	defer response.Body.Close()
            	var person struct{ Sub, Name string }
            	if err := json.NewDecoder(response.Body).Decode(&person); err != nil {
            		log.Fatal(err)
            	}
            	fmt.Println("Hello", person.Name)
            }

            {{Helpers}}
            """),
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
            		TokenURL: {{client.Issuer}} + "/connect/token", Scopes: []string{{{string.Join(", ", client.Scopes)}}}, AuthStyle: {{Style(client)}},
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

    private static string Style(SnippetClient client) => client.IsPost ? "oauth2.AuthStyleInParams" : "oauth2.AuthStyleInHeader";
}
