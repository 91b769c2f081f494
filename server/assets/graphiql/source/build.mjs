// Bundles main.js into ../graphiql.js and ../graphiql.css, and gathers the licences of what went in.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const target = process.argv[2];

/** GraphiQL's style sheet carries two font families as data; the page uses the system's own fonts. */
const withoutFonts = {
  name: 'without-fonts',
  setup({ onLoad }) {
    onLoad({ filter: /graphiql\/dist\/style\.css$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/@font-face\s*\{[^}]*\}/g, ''),
      loader: 'css',
    }));
  },
};

const { metafile } = await build({
  entryPoints: { graphiql: 'main.js' },
  outdir: target,
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2020',
  charset: 'utf8',
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
  plugins: [withoutFonts],
  metafile: true,
  logLevel: 'warning',
});

/** The folder of the package that a bundled file belongs to. */
function packageFolder(file) {
  let folder = dirname(file);
  while (!existsSync(join(folder, 'package.json')) || !('version' in readJson(join(folder, 'package.json')))) {
    folder = dirname(folder);
  }
  return folder;
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function licenceText(folder) {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  return file ? readFileSync(join(folder, file), 'utf8').trim() : 'The package holds no licence file of its own.';
}

const files = Object.keys(metafile.inputs).filter((file) => file.startsWith('node_modules/'));
const folders = new Set(files.map(packageFolder));
const packagesByText = new Map();
for (const folder of [...folders].sort()) {
  const { name, version, license } = readJson(join(folder, 'package.json'));
  const text = licenceText(folder).replace(/\r\n?/g, '\n').replace(/[ \t]+$/gm, '');
  packagesByText.set(text, [...(packagesByText.get(text) ?? []), `${name} ${version} (${license})`]);
}
const notices = [...packagesByText].map(([text, packages]) => `${'='.repeat(80)}\n${packages.join('\n')}\n\n${text}\n`);
writeFileSync(
  join(target, 'LICENSES.txt'),
  `graphiql.js and graphiql.css are built from these packages.\n\n${notices.join('\n')}`,
);
