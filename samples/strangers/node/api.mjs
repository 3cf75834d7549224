// An API that takes tokens of one issuer, with jose. ISSUER, AUDIENCE and PORT are set in the environment; run: node api.mjs
import { createServer } from 'node:http'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import { Revocations } from './revocations.mjs'

const { ISSUER: issuer, AUDIENCE: audience, PORT: port = '3000' } = process.env
const discovery = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()
const keys = createRemoteJWKSet(new URL(discovery.jwks_uri), { cooldownDuration: 2000 }) // an unknown key is worth one look in two seconds
const revocations = new Revocations(discovery.pynomaly_revocations_endpoint)

class Refused extends Error {
  constructor(status, challenge) {
    super(challenge.error ?? 'no token')
    this.status = status
    this.headers = { 'www-authenticate': `Bearer ${Object.entries({ realm: audience, ...challenge }).map(([name, value]) => `${name}="${value}"`).join(', ')}` }
  }
}

/** The claims of the request's access token, if it holds and has the permission. */
async function authorize(request, permission) {
  const [, token] = /^Bearer ([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? '') ?? []
  if (!token) throw new Refused(401, {})
  if (!revocations.fresh) throw Object.assign(new Error('temporarily_unavailable'), { status: 503, headers: { 'retry-after': '5' } }) // the token may be good: nobody knows
  let claims
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer,
      audience,
      typ: 'at+jwt', // an ID token is no access token (RFC 9068 §4)
      algorithms: ['ES256', 'RS256'], // chosen here, not by the token (RFC 8725 §3.1)
      requiredClaims: ['sub', 'exp', 'iat', 'jti', 'client_id'],
      clockTolerance: 10,
    })
    if (payload.cnf) throw new errors.JWTInvalid('bound to a key that nobody proves here') // without the proof it is no bearer token (RFC 9449 §7.2)
    if (revocations.ended(payload, protectedHeader.kid)) throw new errors.JWTInvalid('revoked')
    claims = payload
  } catch (problem) {
    if (!(problem instanceof errors.JOSEError) || /GENERIC|TIMEOUT/.test(problem.code)) throw problem // the keys cannot be read: says nothing of the token
    throw new Refused(401, { error: 'invalid_token' })
  }
  if (!claims.permissions?.includes(permission)) throw new Refused(403, { error: 'insufficient_scope', scope: permission })
  return claims
}

const routes = {
  'GET /health': () => [revocations.fresh ? 200 : 503, { fresh: revocations.fresh }],
  'GET /detectors': async (request) => (await authorize(request, 'read:detectors'), [200, ['pump-vibration', 'login-bursts']]),
  'POST /detectors': async (request) => (await authorize(request, 'write:detectors'), [201, { added: true }]),
}

createServer(async (request, response) => {
  const reply = (status, body, headers = {}) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  try {
    const route = routes[`${request.method} ${request.url.split('?')[0]}`]
    reply(...(route ? await route(request) : [404, { error: 'not_found' }]))
  } catch (problem) {
    if (!problem.status) console.error(problem) // the keys cannot be read, or a mistake of ours
    const { status = 503, headers = { 'retry-after': '5' } } = problem
    reply(status, { error: problem.status ? problem.message : 'temporarily_unavailable' }, headers)
  }
}).listen(Number(port), '127.0.0.1')
