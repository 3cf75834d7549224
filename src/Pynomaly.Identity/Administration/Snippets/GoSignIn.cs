namespace Pynomaly.Identity.Administration.Snippets;

/// <summary>Programs in Go that sign people in: on a web server, and on a device.</summary>
internal static class GoSignIn
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

    /// <summary>An application on a web server.</summary>
    public static Snippet Web(SnippetClient client) => new("go", "Go", "go", "go get golang.org/x/oauth2 github.com/coreos/go-oidc/v3/oidc", $$"""
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

        const redirectURL = {{client.RedirectUri}}{{client.Remark("//")}}

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
        """);

    /// <summary>A program on a device.</summary>
    public static Snippet Native(SnippetClient client) => new("go", "Go on a device", "go", "go get golang.org/x/oauth2", $$"""
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
        """);

    /// <summary>Where the secret goes.</summary>
    public static string Style(SnippetClient client) => client.IsPost ? "oauth2.AuthStyleInParams" : "oauth2.AuthStyleInHeader";
}
