// The peer: node oidc-provider, everything in memory, JWT access tokens (RFC 9068) by resource indicators, refresh tokens rotated at each use.
// PORT and KEYS (a file, made at the first start, so that a later start does not pay for an RSA key) come from the environment.
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const port = Number(process.env.PORT ?? 3000);
const issuer = `http://127.0.0.1:${port}`;
const es256 = 'https://api.pynomaly.local';
const rs256 = 'https://rsa.pynomaly.local';

function keys(file) {
  if (file && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const key = (type, options, alg) => ({ ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), kid: `bench-${alg}`, alg, use: 'sig' });
  const jwks = { keys: [key('ec', { namedCurve: 'P-256' }, 'ES256'), key('rsa', { modulusLength: 3072 }, 'RS256')] };
  if (file) writeFileSync(file, JSON.stringify(jwks), { mode: 0o600 });
  return jwks;
}

const secret = 'bench-secret-of-at-least-128-bits-0123456789abcdef';
const service = (client_id, token_endpoint_auth_method) => ({
  client_id, client_secret: secret, token_endpoint_auth_method,
  grant_types: ['client_credentials'], response_types: [], redirect_uris: [], scope: 'pynomaly_api', id_token_signed_response_alg: 'ES256',
});

const provider = new Provider(issuer, {
  jwks: keys(process.env.KEYS),
  clients: [
    service('bench-service', 'client_secret_basic'),
    service('bench-service-post', 'client_secret_post'),
    service('bench-service-rs256', 'client_secret_basic'),
    service('bench-opaque', 'client_secret_basic'),
    {
      client_id: 'bench-web', client_secret: secret, token_endpoint_auth_method: 'client_secret_basic', redirect_uris: ['https://web.pynomaly.local/callback'],
      grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], scope: 'openid offline_access pynomaly_api', id_token_signed_response_alg: 'ES256',
    },
  ],
  scopes: ['openid', 'offline_access', 'pynomaly_api'],
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  rotateRefreshToken: true,
  ttl: { AccessToken: 600, ClientCredentials: 600, RefreshToken: 86400, Grant: 86400 },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // Its own introspection refuses JWTs: the client of that workload gets opaque tokens.
      defaultResource: (_, client) => (client.clientId === 'bench-opaque' ? undefined : client.clientId === 'bench-service-rs256' ? rs256 : es256),
      useGrantedResource: () => true,
      getResourceServerInfo: (_, resource) => ({
        scope: 'pynomaly_api', audience: resource, accessTokenTTL: 600, accessTokenFormat: 'jwt', jwt: { sign: { alg: resource === rs256 ? 'RS256' : 'ES256' } },
      }),
    },
  },
});

// A person's grant without the person: the benchmark measures what comes after the sign-in.
async function chain() {
  const client = await provider.Client.find('bench-web');
  const grant = new provider.Grant({ clientId: 'bench-web', accountId: 'ada' });
  grant.addOIDCScope('offline_access');
  grant.addResourceScope(es256, 'pynomaly_api');
  const token = new provider.RefreshToken({
    client, accountId: 'ada', grantId: await grant.save(), gty: 'authorization_code', scope: 'offline_access pynomaly_api', resource: es256, expiresWithSession: false,
  });
  return token.save();
}

const handle = provider.callback();
createServer((request, response) => {
  if (request.url !== '/bench/chain') return handle(request, response);
  request.resume();
  return chain().then((token) => response.end(token), (error) => response.writeHead(500).end(String(error)));
}).listen(port, '127.0.0.1');
