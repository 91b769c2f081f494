// How the provider behaves: code with PKCE for people, client credentials for software, JWT access tokens (RFC 9068).

import { interactionPolicy } from 'oidc-provider';

/** The resource indicator (RFC 8707) that stands for the server's API. */
export const RESOURCE = 'urn:oslonac:api';

const SCOPES = 'openid profile email';

/** The configuration of `oidc-provider` for the current keys and the options of the command line. */
export function configuration(state, options) {
  return {
    adapter: state.storage,
    clients: [client(options)],
    cookies: { keys: ['only for tests'] },
    claims: { openid: ['sub', 'acr', 'amr'], profile: ['name'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    extraTokenClaims: (_, token) => accessTokenClaims(state, token),
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: resourceIndicators(options),
      rpInitiatedLogout: { enabled: true, logoutSource: signOutAtOnce },
    },
    findAccount: (_, id) => ({ accountId: id, claims: () => accountClaims(state, id) }),
    interactions: { policy: signInOnly(), url: (_, { uid }) => `/interaction/${uid}` },
    jwks: { keys: state.keys },
    loadExistingGrant: grantWhatIsAsked,
    pkce: { required: () => true },
    ttl: { AccessToken: 300, ClientCredentials: 300, IdToken: 300, Grant: 3600, Interaction: 600, Session: 3600 },
  };
}

/** Native clients would be asked for consent at every sign-in; here the grant below is consent enough. */
function signInOnly() {
  const policy = interactionPolicy.base();
  policy.get('consent').checks.remove('native_client_prompt');
  return policy;
}

function client(options) {
  const secret = options['client-secret'];
  return {
    client_id: options['client-id'],
    ...(secret ? { client_secret: secret } : { token_endpoint_auth_method: 'none' }),
    // A native client's loopback address matches on every port (RFC 8252).
    application_type: 'native',
    redirect_uris: [`http://127.0.0.1${options['redirect-path']}`],
    post_logout_redirect_uris: ['http://127.0.0.1/'],
    grant_types: secret ? ['authorization_code', 'client_credentials'] : ['authorization_code'],
    response_types: ['code'],
    id_token_signed_response_alg: options.algorithm,
  };
}

function resourceIndicators({ audience, algorithm }) {
  return {
    enabled: true,
    defaultResource: (_, __, oneOf) => oneOf ?? RESOURCE,
    getResourceServerInfo: () => ({
      scope: SCOPES,
      audience,
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: algorithm } },
    }),
  };
}

/** Claims of a person: an e-mail address where the name is one, and whatever a test has set for it. */
function accountClaims(state, id) {
  const email = id.includes('@') ? { email: id, email_verified: true } : {};
  return { sub: id, name: id, ...email, ...state.claims[id] };
}

/** Access tokens carry what a test has set for the account, or for the client when no person stands behind them. */
function accessTokenClaims(state, token) {
  return state.claims[token.accountId ?? token.clientId];
}

async function grantWhatIsAsked({ oidc }) {
  const existing = oidc.session.grantIdFor(oidc.client.clientId);
  if (existing) return oidc.provider.Grant.find(existing);
  const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope(SCOPES);
  grant.addResourceScope(RESOURCE, SCOPES);
  await grant.save();
  return grant;
}

/** Ends the session without asking: the form sends itself with one request more. */
function signOutAtOnce(ctx, form) {
  ctx.body = `<!doctype html><title>Sign out</title>${form}<button form="op.logoutForm" name="logout" value="yes">Yes</button>`;
}
