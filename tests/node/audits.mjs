// Runs every GraphQL-over-HTTP audit of the package graphql-http against one endpoint.
import { auditServer } from 'graphql-http';

const usage = `Usage: node audits.mjs URL
Runs all audits and prints those that fail; exits 1 when one fails.
Example: node audits.mjs http://127.0.0.1:8080/graphql`;

/** Says what the audit wanted and what the server answered. */
async function describe({ id, name, status, reason, response }) {
  const body = await response.text().catch(() => '(body already read)');
  return `${status}: ${name} [${id}]\n  ${reason}\n  answered ${response.status} ${body.slice(0, 300)}`;
}

const [url] = process.argv.slice(2);
if (!url || url.startsWith('-')) {
  console.log(usage);
  process.exit(url ? 0 : 2);
}

const results = await auditServer({ url });
const failures = results.filter(({ status }) => status !== 'ok');
for (const failure of failures) {
  console.log(await describe(failure));
}
console.log(`${results.length - failures.length} of ${results.length} audits pass`);
process.exitCode = failures.length === 0 && results.length > 0 ? 0 : 1;
