import assert from 'node:assert/strict'
import * as client from 'openid-client'
import { Browser, pageKind } from './browser.mjs'
import { refusal, refusedWith, run, settings } from './scenario.mjs'

const { issuer, person, web, service, keyed, api } = settings
const local = { execute: [client.allowInsecureRequests], timeout: 110 } // a starved machine is slow, not wrong
const discover = (id, metadata, authentication) => client.discovery(new URL(issuer), id, metadata, authentication, local)
const asWeb = () => discover(web.client_id, { id_token_signed_response_alg: 'ES256' }, client.ClientSecretBasic(web.client_secret))

/** Code and PKCE, all checks of the library on; the browser stays signed in. */
async function signIn(config, parameters = {}, browser = new Browser(issuer)) {
  const verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  const nonce = client.randomNonce()
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: web.redirect_uri,
    scope: 'openid profile email offline_access pynomaly_api',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...parameters,
  })
  const { callback, seen } = await browser.signIn(address, person)
  const redeem = () => client.authorizationCodeGrant(config, callback, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true })
  return { browser, callback, seen, redeem }
}

await run({
  async discovery() {
    const metadata = (await asWeb()).serverMetadata()

    assert.equal(metadata.issuer, issuer)
    assert.ok(metadata.supportsPKCE('S256'))
    assert.equal(metadata.authorization_response_iss_parameter_supported, true)
    for (const grant of ['authorization_code', 'refresh_token', 'client_credentials']) assert.ok(metadata.grant_types_supported.includes(grant), grant)
    for (const method of ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none']) {
      assert.ok(metadata.token_endpoint_auth_methods_supported.includes(method), method)
    }
  },

  async 'code-and-userinfo'() {
    const config = await asWeb()
    const { redeem, seen } = await signIn(config, { prompt: 'consent' })
    const tokens = await redeem()
    const claims = tokens.claims()

    assert.deepEqual(seen, ['sign-in', 'consent'])
    assert.equal(claims.aud, web.client_id)
    const info = await client.fetchUserInfo(config, tokens.access_token, claims.sub)
    assert.equal(info.email, person.email)
    assert.equal(info.name, person.name)
  },

  async 'code-once'() {
    const config = await asWeb()
    const { redeem } = await signIn(config)
    const tokens = await redeem()
    const info = () => client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
    await info()

    assert.equal((await refusal(redeem)).error, 'invalid_grant')
    assert.equal((await refusal(info)).cause[0].parameters.error, 'invalid_token') // RFC 6749 §4.1.2: and what it gave is gone
  },

  async refresh() {
    const config = await asWeb()
    const first = await (await signIn(config)).redeem()
    const second = await client.refreshTokenGrant(config, first.refresh_token)

    assert.notEqual(second.access_token, first.access_token)
    assert.notEqual(second.refresh_token, first.refresh_token)
    const third = await client.refreshTokenGrant(config, second.refresh_token)
    const replay = await refusal(() => client.refreshTokenGrant(config, first.refresh_token))
    assert.equal(replay.error, 'invalid_grant') // a grandparent: theft
    assert.equal((await refusal(() => client.refreshTokenGrant(config, third.refresh_token))).error, 'invalid_grant') // and the family is over
  },

  async revocation() {
    const config = await asWeb()
    const tokens = await (await signIn(config)).redeem()
    const info = () => client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
    await info()
    await client.tokenRevocation(config, tokens.refresh_token)

    assert.equal((await refusal(() => client.refreshTokenGrant(config, tokens.refresh_token))).error, 'invalid_grant')
    assert.equal((await refusal(info)).cause[0].parameters.error, 'invalid_token') // RFC 7009 §2.1: its access tokens too
  },

  async logout() {
    const config = await asWeb()
    const { browser, redeem } = await signIn(config)
    const tokens = await redeem()
    const state = client.randomState()
    const address = client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: web.post_logout_redirect_uri, state })
    let page = await browser.open(address)
    if (!page.left && pageKind(page) === 'logout') page = await browser.press(page, 'logout-confirm')

    assert.equal(page.left?.href.split('?')[0], web.post_logout_redirect_uri)
    assert.equal(page.left.searchParams.get('state'), state)
    const silent = await signIn(config, { prompt: 'none' }, browser)
    assert.equal(silent.callback.searchParams.get('error'), 'login_required')
  },

  async 'consent-denied'() {
    const config = await asWeb()
    const address = client.buildAuthorizationUrl(config, {
      redirect_uri: web.redirect_uri,
      scope: 'openid',
      prompt: 'consent',
      code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
      code_challenge_method: 'S256',
      state: 's',
    })
    const { callback } = await new Browser(issuer).signIn(address, { ...person, consent: 'consent-deny' })

    assert.equal(callback.searchParams.get('error'), 'access_denied')
    assert.equal(callback.searchParams.get('iss'), issuer)
  },

  async 'client-credentials'() {
    const config = await discover(service.client_id, undefined, client.ClientSecretBasic(service.client_secret))
    const tokens = await client.clientCredentialsGrant(config, { scope: 'pynomaly_api' })
    const resourceServer = await discover(api.client_id, undefined, client.ClientSecretBasic(api.client_secret))

    const alive = await client.tokenIntrospection(resourceServer, tokens.access_token)
    assert.equal(alive.active, true)
    assert.equal(alive.client_id, service.client_id)
    await client.tokenRevocation(config, tokens.access_token)
    assert.deepEqual(await client.tokenIntrospection(resourceServer, tokens.access_token), { active: false })
  },

  async 'private-key-jwt'() {
    const key = await crypto.subtle.importKey('jwk', keyed.private_jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
    const config = await discover(keyed.client_id, undefined, client.PrivateKeyJwt({ key, kid: keyed.private_jwk.kid }))
    const tokens = await client.clientCredentialsGrant(config, { scope: 'pynomaly_api' })

    assert.equal(tokens.token_type, 'bearer')
    const wrong = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
    const impostor = await discover(keyed.client_id, undefined, client.PrivateKeyJwt({ key: wrong.privateKey, kid: keyed.private_jwk.kid }))
    assert.equal(await refusedWith(() => client.clientCredentialsGrant(impostor, { scope: 'pynomaly_api' })), 'invalid_client')
  },
})
