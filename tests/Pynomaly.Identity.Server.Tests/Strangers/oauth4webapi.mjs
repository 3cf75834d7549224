import assert from 'node:assert/strict'
import * as oauth from 'oauth4webapi'
import { Browser } from './browser.mjs'
import { refusal, refusedWith, run, settings } from './scenario.mjs'

const { issuer, person, spa, posting, keyed, api, audience } = settings
const local = { [oauth.allowInsecureRequests]: true }

async function discover() {
  const url = new URL(issuer)
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, local))
}

/** A public client: code and PKCE, no secret, ID tokens in OIDC's default algorithm. */
async function signIn(server, scope = 'openid profile email offline_access pynomaly_api') {
  const client = { client_id: spa.client_id }
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const nonce = oauth.generateRandomNonce()
  const address = new URL(server.authorization_endpoint)
  const challenge = await oauth.calculatePKCECodeChallenge(verifier)
  const parameters = { client_id: client.client_id, redirect_uri: spa.redirect_uri, response_type: 'code', scope, code_challenge: challenge, code_challenge_method: 'S256', state, nonce }
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value)

  const { callback } = await new Browser(issuer).signIn(address, person)
  const answer = oauth.validateAuthResponse(server, client, callback, state)
  const redeem = async (proof) => oauth.processAuthorizationCodeResponse(
    server, client, await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), answer, spa.redirect_uri, proof, local),
    { expectedNonce: nonce, requireIdToken: true })
  return { client, verifier, redeem }
}

const bearer = (token) => new Request('https://api.example/', { headers: { authorization: `Bearer ${token}` } })

await run({
  async 'public-client'() {
    const server = await discover()
    const { client, verifier, redeem } = await signIn(server)
    const tokens = await redeem(verifier)
    const { sub } = oauth.getValidatedIdTokenClaims(tokens)

    const info = await oauth.processUserInfoResponse(server, client, sub, await oauth.userInfoRequest(server, client, tokens.access_token, local))
    assert.equal(info.email, person.email)
    const again = await oauth.processRefreshTokenResponse(
      server, client, await oauth.refreshTokenGrantRequest(server, client, oauth.None(), tokens.refresh_token, local))
    assert.notEqual(again.refresh_token, tokens.refresh_token)
  },

  async 'wrong-verifier'() {
    const { redeem } = await signIn(await discover())

    assert.equal((await refusal(() => redeem(oauth.generateRandomCodeVerifier()))).error, 'invalid_grant')
  },

  async 'access-token'() {
    const server = await discover()
    const { verifier, redeem } = await signIn(server)
    const tokens = await redeem(verifier)

    // RFC 9068 §4, as a stranger's resource server reads it.
    const claims = await oauth.validateJwtAccessToken(server, bearer(tokens.access_token), audience, local)
    assert.equal(claims.client_id, spa.client_id)
    assert.deepEqual(claims.roles, ['viewer'])
    assert.deepEqual([...claims.permissions].sort(), ['read:datasets', 'read:detectors', 'read:results'])
    await refusal(() => oauth.validateJwtAccessToken(server, bearer(tokens.access_token), 'https://other.example', local))
    await refusal(() => oauth.validateJwtAccessToken(server, bearer(tokens.id_token), spa.client_id, local))
  },

  async 'secret-in-the-form'() {
    const server = await discover()
    const client = { client_id: posting.client_id }
    const grant = async (authentication) => oauth.processClientCredentialsResponse(
      server, client, await oauth.clientCredentialsGrantRequest(server, client, authentication, { scope: 'read:detectors' }, local))
    const tokens = await grant(oauth.ClientSecretPost(posting.client_secret))

    const claims = await oauth.validateJwtAccessToken(server, bearer(tokens.access_token), audience, local)
    assert.deepEqual(claims.permissions, ['read:detectors'])
    assert.equal(await refusedWith(() => grant(oauth.ClientSecretPost('wrong'))), 'invalid_client')
    assert.equal(await refusedWith(() => grant(oauth.ClientSecretBasic(posting.client_secret))), 'invalid_client') // exactly the registered method
  },

  async 'private-key-jwt'() {
    const server = await discover()
    const client = { client_id: keyed.client_id }
    const key = await crypto.subtle.importKey('jwk', keyed.private_jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
    const authentication = oauth.PrivateKeyJwt({ key, kid: keyed.private_jwk.kid })
    const tokens = await oauth.processClientCredentialsResponse(
      server, client, await oauth.clientCredentialsGrantRequest(server, client, authentication, { scope: 'pynomaly_api' }, local))

    const resourceServer = { client_id: api.client_id }
    const ask = async () => oauth.processIntrospectionResponse(
      server, resourceServer, await oauth.introspectionRequest(server, resourceServer, oauth.ClientSecretBasic(api.client_secret), tokens.access_token, local))
    assert.equal((await ask()).active, true)
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, authentication, tokens.access_token, local))
    assert.equal((await ask()).active, false)
  },
})
