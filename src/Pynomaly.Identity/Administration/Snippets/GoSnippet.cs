namespace Pynomaly.Identity.Administration.Snippets;

/// <summary>Go with golang.org/x/oauth2 and coreos/go-oidc.</summary>
internal sealed class GoSnippet : ISnippetWriter
{
    /// <inheritdoc/>
    public Snippet? Write(SnippetClient client) => client.Purpose switch
    {
        ClientPurposes.Web => new("go", "Go", "go", "go get golang.org/x/oauth2 github.com/coreos/go-oidc/v3/oidc", $$"""
            package main

            import (
            	"context"
            	"fmt"
            	"log"
            	"net/http"
            	"os"

            	"github.com/coreos/go-oidc/v3/oidc"
            	"golang.org/x/oauth2"
            )

            func main() {
            	provider, err := oidc.NewProvider(context.Background(), {{client.Issuer}})
            	if err != nil {
            		log.Fatal(err)
            	}
            	endpoint := provider.Endpoint()
            	endpoint.AuthStyle = {{Style(client)}}
            	config := oauth2.Config{ClientID: {{client.ClientId}}, ClientSecret: os.Getenv("CLIENT_SECRET"), Endpoint: endpoint,
            		RedirectURL: {{client.RedirectUri}}, Scopes: []string{ {{string.Join(", ", client.Scopes)}} } }
            	verifier := provider.Verifier(&oidc.Config{ClientID: config.ClientID})

            	http.HandleFunc("/sign-in", func(w http.ResponseWriter, r *http.Request) {
            		pkce, state := oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
            		for name, value := range map[string]string{"pkce": pkce, "state": state} {
            			http.SetCookie(w, &http.Cookie{Name: "__Host-" + name, Value: value, Path: "/", HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode, MaxAge: 600})
            		}
            		http.Redirect(w, r, config.AuthCodeURL(state, oauth2.S256ChallengeOption(pkce)), http.StatusFound)
            	})
            	http.HandleFunc({{client.RedirectPath}}, func(w http.ResponseWriter, r *http.Request) {
            		pkce, err1 := r.Cookie("__Host-pkce")
            		state, err2 := r.Cookie("__Host-state")
            		if err1 != nil || err2 != nil || state.Value != r.URL.Query().Get("state") {
            			http.Error(w, "start again", http.StatusBadRequest)
            			return
            		}
            		token, err := config.Exchange(r.Context(), r.URL.Query().Get("code"), oauth2.VerifierOption(pkce.Value))
            		if err != nil {
            			http.Error(w, "refused", http.StatusBadGateway)
            			return
            		}
            		raw, _ := token.Extra("id_token").(string)
            		person, err := verifier.Verify(r.Context(), raw)
            		if err != nil {
            			http.Error(w, "refused", http.StatusBadGateway)
            			return
            		}
            		fmt.Fprintf(w, "Hello %s", person.Subject)
            	})
            	log.Fatal(http.ListenAndServe("127.0.0.1:3000", nil))
            }
            """),
        ClientPurposes.Spa => null,
        ClientPurposes.Native => new("go", "Go on a device", "go", "go get golang.org/x/oauth2", $$"""
            package main

            import (
            	"context"
            	"fmt"
            	"log"
            	"net"
            	"net/http"
            	"net/url"

            	"golang.org/x/oauth2"
            )

            func main() {
            	issuer := {{client.Issuer}}
            	listener, err := net.Listen("tcp", "127.0.0.1:0") // of a loopback address any port is accepted (RFC 8252 §7.3)
            	if err != nil {
            		log.Fatal(err)
            	}
            	redirect, _ := url.Parse({{client.RedirectUri}})
            	redirect.Host = listener.Addr().String()
            	config := oauth2.Config{ClientID: {{client.ClientId}}, RedirectURL: redirect.String(), Scopes: []string{ {{string.Join(", ", client.Scopes)}} },
            		Endpoint: oauth2.Endpoint{AuthURL: issuer + "/connect/authorize", TokenURL: issuer + "/connect/token", AuthStyle: oauth2.AuthStyleInParams} }
            	pkce, state, code := oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), make(chan string, 1)
            	fmt.Println("Open", config.AuthCodeURL(state, oauth2.S256ChallengeOption(pkce)))
            	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
            		if r.URL.Query().Get("state") == state {
            			code <- r.URL.Query().Get("code")
            			fmt.Fprint(w, "You can close this page.")
            		}
            	}))
            	token, err := config.Exchange(context.Background(), <-code, oauth2.VerifierOption(pkce))
            	if err != nil {
            		log.Fatal(err)
            	}
            	fmt.Println("The access token lives until", token.Expiry)
            }
            """),
        ClientPurposes.Service => new("go", "Go", "go", "go get golang.org/x/oauth2", $$"""
            package main

            import (
            	"context"
            	"fmt"
            	"os"

            	"golang.org/x/oauth2"
            	"golang.org/x/oauth2/clientcredentials"
            )

            func main() {
            	config := clientcredentials.Config{ClientID: {{client.ClientId}}, ClientSecret: os.Getenv("CLIENT_SECRET"),
            		TokenURL: {{client.Issuer}} + "/connect/token", Scopes: []string{ {{string.Join(", ", client.Scopes)}} }, AuthStyle: {{Style(client)}} }
            	http := config.Client(context.Background()) // gets tokens, and renews them
            	response, err := http.Get("https://api.example.org/results")
            	fmt.Println(response, err)
            }
            """),
        _ => new("go", "Go API", "go", "go get github.com/coreos/go-oidc/v3/oidc", $$"""
            package main

            import (
            	"context"
            	"fmt"
            	"log"
            	"net/http"
            	"slices"
            	"strings"

            	"github.com/coreos/go-oidc/v3/oidc"
            )

            func main() {
            	// Tokens are checked here, by the published keys; {{client.ClientId}} is for introspection, where that is not enough.
            	provider, err := oidc.NewProvider(context.Background(), {{client.Issuer}})
            	if err != nil {
            		log.Fatal(err)
            	}
            	verifier := provider.Verifier(&oidc.Config{ClientID: {{client.Audience}}, SupportedSigningAlgs: []string{"ES256", "RS256"} }) // ClientID is the audience here

            	http.HandleFunc("/results", func(w http.ResponseWriter, r *http.Request) {
            		token, err := verifier.Verify(r.Context(), strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
            		var claims struct {
            			ClientID    string   `json:"client_id"` // an ID token has none (RFC 9068 §2.2)
            			Permissions []string `json:"permissions"`
            		}
            		if err != nil || token.Claims(&claims) != nil || claims.ClientID == "" {
            			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
            			w.WriteHeader(http.StatusUnauthorized)
            			return
            		}
            		if !slices.Contains(claims.Permissions, "read:results") {
            			w.WriteHeader(http.StatusForbidden)
            			return
            		}
            		fmt.Fprint(w, "Here they are")
            	})
            	log.Fatal(http.ListenAndServe("127.0.0.1:3000", nil))
            }
            """),
    };

    private static string Style(SnippetClient client) => client.IsPost ? "oauth2.AuthStyleInParams" : "oauth2.AuthStyleInHeader";
}
