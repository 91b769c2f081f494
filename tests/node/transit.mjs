// A server of the protocol of Vault's Transit engine, as far as wrapping and unwrapping keys goes: it encrypts with a key
// that never leaves it, and binds what it encrypts to the associated data. A key has versions: who writes to its rotate makes a
// newer one, by which is encrypted from then on. Which token counts, a file says. Prints READY and its address.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const tokenFile = process.argv[2];
const keys = new Map();

function versionsOf(name) {
  if (!keys.has(name)) keys.set(name, [randomBytes(32)]);
  return keys.get(name);
}

function rotate(name) {
  versionsOf(name).push(randomBytes(32));
  return { latest_version: versionsOf(name).length };
}

function encrypt(name, { plaintext, associated_data: associated = "" }) {
  const nonce = randomBytes(12);
  const versions = versionsOf(name);
  const cipher = createCipheriv("aes-256-gcm", versions.at(-1), nonce).setAAD(Buffer.from(associated, "base64"));
  const sealed = [nonce, cipher.update(Buffer.from(plaintext, "base64")), cipher.final(), cipher.getAuthTag()];
  return { ciphertext: `vault:v${versions.length}:${Buffer.concat(sealed).toString("base64")}` };
}

function decrypt(name, { ciphertext, associated_data: associated = "" }) {
  const [, version, text] = ciphertext.match(/^vault:v(\d+):(.*)$/) ?? [];
  const key = versionsOf(name)[version - 1];
  if (!key) throw new Error("invalid ciphertext: no prefix");
  const sealed = Buffer.from(text, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12));
  decipher.setAAD(Buffer.from(associated, "base64")).setAuthTag(sealed.subarray(-16));
  const plain = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
  return { plaintext: plain.toString("base64") };
}

const actions = { encrypt, decrypt };

function answer(request, body) {
  if (request.headers["x-vault-token"] !== readFileSync(tokenFile, "utf8")) return [403, { errors: ["permission denied"] }];
  const rotated = request.url.match(/^\/v1\/transit\/keys\/([\w-]+)\/rotate$/);
  if (request.method === "POST" && rotated) return [200, { data: rotate(rotated[1]) }];
  const [, action, name] = request.url.match(/^\/v1\/transit\/(encrypt|decrypt)\/([\w-]+)$/) ?? [];
  if (request.method !== "POST" || !action) return [404, { errors: [] }];
  try {
    return [200, { data: actions[action](name, JSON.parse(body)) }];
  } catch (error) {
    return [400, { errors: [error.message] }];
  }
}

const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  const [status, content] = answer(request, body);
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(content));
});
server.listen(0, "127.0.0.1", () => console.log(`READY http://127.0.0.1:${server.address().port}`));
