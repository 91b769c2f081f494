// Signing keys: one of each kind, named by their creation.
import { exportJWK, generateKeyPair } from 'jose';

let generation = 0;

/** A fresh private key for each algorithm that the provider signs with. */
export async function newKeys() {
  generation += 1;
  return Promise.all(['RS256', 'ES256'].map((algorithm) => newKey(algorithm, `${algorithm}-${generation}`)));
}

async function newKey(alg, kid) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), alg, kid, use: 'sig' };
}
