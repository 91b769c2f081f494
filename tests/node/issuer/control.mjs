// What a test may do to the provider. Every request is a POST with a JSON body or none.
import { importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { newKeys } from './keys.mjs';

const actions = {
  /** {"retire": true} drops the old keys at once; otherwise they stay published behind the new ones. */
  async rotate({ state, rebuild }, { retire = false }) {
    const keys = await newKeys();
    state.keys = retire ? keys : [...keys, ...state.keys];
    rebuild();
    return { keys: state.keys.map(({ kid }) => kid) };
  },

  /** {"down": true}: everything but /control answers 503, until {"down": false}. */
  async outage({ state }, { down }) {
    state.down = down;
    return { down };
  },

  /** {"account": NAME, "claims": {…}}: added to the ID token, user info and access tokens of a person or client. */
  async claims({ state }, { account, claims }) {
    state.claims[account] = claims;
    return { account, claims };
  },

  /** {"path": "/jwks"}: how often that path was asked for. */
  async requests({ state }, { path }) {
    return { count: state.requests[path] ?? 0 };
  },

  /** {"claims": {…}, "header": {…}}: an access token with exactly what a test wants over a valid one's claims. */
  async mint({ state, issuer, options }, { claims = {}, header = {} }) {
    const now = Math.floor(Date.now() / 1000);
    const valid = {
      iss: issuer,
      aud: options.audience,
      client_id: options['client-id'],
      iat: now,
      exp: now + 300,
      jti: crypto.randomUUID(),
    };
    return { access_token: await sign(state, { alg: options.algorithm, typ: 'at+jwt', ...header }, { ...valid, ...claims }) };
  },
};

/** Signs with the newest key of the header's algorithm, or not at all when the header says "none". */
async function sign({ keys }, header, claims) {
  if (header.alg === 'none') {
    return new UnsecuredJWT(claims).encode();
  }
  const key = keys.find(({ alg }) => alg === header.alg);
  return new SignJWT(claims).setProtectedHeader({ kid: key.kid, ...header }).sign(await importJWK(key));
}

async function readJson(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text ? JSON.parse(text) : {};
}

/** Answers a request under /control/. */
export async function control(context, request, response) {
  const action = actions[request.url.slice('/control/'.length)];
  if (!action || request.method !== 'POST') {
    response.writeHead(404).end();
    return;
  }
  try {
    const answer = await action(context, await readJson(request));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  } catch (error) {
    response.writeHead(400, { 'content-type': 'text/plain' }).end(`${error.message}\n`);
  }
}
