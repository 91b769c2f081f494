// A second OpenID provider, certified and not ours, so that nothing in the server fits our own issuer alone.
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { Provider } from 'oidc-provider';
import { configuration } from './issuer/configuration.mjs';
import { control } from './issuer/control.mjs';
import { newKeys } from './issuer/keys.mjs';
import { sharedStorage } from './issuer/storage.mjs';

const usage = `Usage: node issuer.mjs [options]
Starts an OpenID provider on loopback and prints "READY <issuer>".

  --port N            port to listen on (default 0: a free one)
  --client-id ID      client that signs people in and asks for tokens (default oslonac)
  --client-secret S   its secret (default: none, a public client with PKCE, which gets no client credentials)
  --redirect-path P   path of the redirect address on 127.0.0.1, on any port (default /sign-in/callback)
  --audience A        audience of JWT access tokens (default oslonac)
  --algorithm ALG     RS256 or ES256, for tokens of every kind (default RS256)

People: any name signs in with GET /interaction/UID?login=NAME, optionally &acr=…&amr=a,b.
Tests steer it under /control: see issuer/control.mjs.
Example: node issuer.mjs --port 9000 --algorithm ES256 --client-secret only-for-tests`;

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    port: { type: 'string', default: '0' },
    'client-id': { type: 'string', default: 'oslonac' },
    'client-secret': { type: 'string' },
    'redirect-path': { type: 'string', default: '/sign-in/callback' },
    audience: { type: 'string', default: 'oslonac' },
    algorithm: { type: 'string', default: 'RS256' },
  },
});
if (options.help) {
  console.log(usage);
  process.exit();
}

/** What tests may change while the provider runs. */
const state = { storage: sharedStorage(), keys: await newKeys(), claims: {}, requests: {}, down: false };

const server = createServer(async (request, response) => {
  if (request.url.startsWith('/control/')) {
    return control({ state, issuer, options, rebuild }, request, response);
  }
  const { pathname } = new URL(request.url, issuer);
  state.requests[pathname] = (state.requests[pathname] ?? 0) + 1;
  if (state.down) {
    response.writeHead(503).end();
    return undefined;
  }
  if (request.url.startsWith('/interaction/')) {
    return interact(request, response);
  }
  return provider.callback()(request, response);
});

/** Signs in whoever the query names, and grants what the client asks for. */
async function interact(request, response) {
  const query = new URL(request.url, issuer).searchParams;
  if (!query.has('login')) {
    response.writeHead(200, { 'content-type': 'text/plain' }).end('Add ?login=NAME to sign in.\n');
    return;
  }
  const login = { accountId: query.get('login') };
  if (query.has('acr')) login.acr = query.get('acr');
  if (query.has('amr')) login.amr = query.get('amr').split(',');
  await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
}

/** Keys and algorithms are fixed when a provider is made; its sessions and codes live on in the storage. */
function rebuild() {
  provider = new Provider(issuer, configuration(state, options));
}

let issuer;
let provider;
server.listen(Number(options.port), '127.0.0.1', () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  rebuild();
  console.log(`READY ${issuer}`);
});
