// Bundles console and engine apart into dist/, so that each start loads only what it needs and a bastion needs no packages.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const stamp = join(dist, 'built')

export function isStale() {
  if (!existsSync(stamp)) return true
  const built = statSync(stamp).mtimeMs
  return (
    newest(join(root, 'src')) > built ||
    newest(join(root, 'demo')) > built ||
    newest(join(root, 'bin')) > built ||
    statSync(join(root, 'package-lock.json')).mtimeMs > built
  )
}

export async function build() {
  const { build: bundle } = await import('esbuild')
  const fresh = `${dist}.${process.pid}`
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  try {
    await layOut(bundle, fresh, version)
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true })
    throw error
  }
  swap(fresh)
}

const forNode = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'error',
}

const ownRequire =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);"

async function layOut(bundle, fresh, version) {
  // Alone in a container with Node: one file, and nothing beside it.
  await bundle({
    ...forNode,
    entryPoints: { 'drill-keeper-docker': 'src/drill-keeper-docker.ts' },
    outdir: fresh,
  })
  await bundle({
    ...forNode,
    entryPoints: {
      cli: 'src/cli.tsx',
      engine: 'src/engine.ts',
      'drill-keeper': 'src/drill-keeper.ts',
      director: 'src/director.ts',
      watchdog: 'src/watchdog.ts',
      sandbox: 'demo/sandbox/main.ts',
      'drill-proxy': 'src/drill-proxy.ts',
      'sqlite-child': 'src/targets/databases/sqlite/child.ts',
    },
    outdir: fresh,
    splitting: true,
    sourcemap: 'linked',
    chunkNames: '[name]-[hash]',
    // ssh2, which dockerode would use if ssh went through it, looks for native helpers; here ssh is the system's.
    loader: { '.node': 'empty' },
    plugins: [yogaWithoutFetch, widthOfPlainText],
    external: ['cpu-features'],
    alias: { 'react-devtools-core': './bin/no-devtools.mjs' },
    inject: ['src/ui/text/late-segmenter.ts'],
    define: {
      'Intl.Segmenter': 'LateSegmenter',
      'process.env.NODE_ENV': '"production"',
      'process.env.ASTERN_VERSION': JSON.stringify(version),
    },
    banner: {
      // What a package ought to stop using is of no use to an operator, and would be written over the screen.
      js: `process.noDeprecation = true; ${ownRequire} import { dirname as __directoryOf } from 'node:path'; import { fileURLToPath as __fileOf } from 'node:url'; const __filename = __fileOf(import.meta.url); const __dirname = __directoryOf(__filename);`,
    },
  })
  await layOutShop(bundle, join(fresh, 'sandbox'))
  writeFileSync(join(fresh, 'built'), `${version}\n`)
}

/** What the sandbox's shop is made of; its driver as one file, since where a release runs there are no packages. */
async function layOutShop(bundle, to) {
  for (const part of ['shop', 'migrations']) cpSync(join(root, 'demo', part), join(to, part), { recursive: true })
  await bundle({
    ...forNode,
    entryPoints: ['demo/shop/mysql.mjs'],
    outfile: join(to, 'mysql.mjs'),
    banner: { js: ownRequire },
  })
}

/** Yoga carries its wasm along and asks all the same whether there is a fetch, for which Node loads a whole HTTP client. */
const yogaWithoutFetch = {
  name: 'yoga without fetch',
  setup(bundling) {
    bundling.onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('typeof fetch', '"undefined"'),
    }))
  },
}

/**
 * Ink asks for the width of each sign of each line, and string-width takes each apart as if it could be anything: most of the first
 * screen's time. What the screen knows to be one cell a sign is told at once; a test holds that both say the same of it. And its
 * expression of all emoji takes twelve milliseconds to make, which plain text never wants.
 */
const widthOfPlainText = {
  name: 'width of plain text',
  setup(bundling) {
    bundling.onLoad({ filter: /string-width\/index\.js$/ }, ({ path }) => {
      const [, narrow] =
        /const narrow =\s*(\/\^.*\$\/)/.exec(readFileSync(join(root, 'src/ui/text/narrow.ts'), 'utf8')) ?? []
      const plain = '/^[\\u0020-\\u007E]*$/'
      const contents = readFileSync(path, 'utf8')
      if (narrow === undefined || !contents.includes(plain)) throw new Error('string-width is not what it was')
      const emoji = 'const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;'
      if (!contents.includes(emoji)) throw new Error('string-width knows emoji in another way')
      const late = 'let emojis; const rgiEmojiRegex = { test: text => (emojis ??= /^\\p{RGI_Emoji}$/v).test(text) };'
      return { contents: contents.replace(plain, () => narrow).replace(emoji, () => late) }
    })
  },
}

/** A reader finds the old build or the new one, never half of one. */
function swap(fresh) {
  const old = `${dist}.old.${process.pid}`
  mkdirSync(dist, { recursive: true })
  renameSync(dist, old)
  renameSync(fresh, dist)
  rmSync(old, { recursive: true, force: true })
}

function newest(directory) {
  let time = 0
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    time = Math.max(time, statSync(join(entry.parentPath, entry.name)).mtimeMs)
  }
  return time
}

if (process.argv[1] === fileURLToPath(import.meta.url) && (isStale() || process.argv.includes('--force'))) await build()
