// Bundles everything into dist/, so that each start loads only what it needs and a bastion needs no packages.
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
import { root } from './bundle/root.mjs'

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
  const fresh = `${dist}.${process.pid}`
  try {
    await layOut(fresh)
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true })
    throw error
  }
  swap(fresh)
}

const programs = {
  cli: 'src/cli.tsx',
  engine: 'src/engine.ts',
  'drill-keeper': 'src/drill-keeper.ts',
  director: 'src/director.ts',
  watchdog: 'src/watchdog.ts',
  sandbox: 'demo/sandbox/main.ts',
  'drill-proxy': 'src/drill-proxy.ts',
  'sqlite-child': 'src/targets/databases/sqlite/child.ts',
}

async function layOut(fresh) {
  const { bundleAlone, bundleTogether } = await import('./bundle/bundle.mjs')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  // Alone in a container with Node.
  await bundleAlone('src/drill-keeper-docker.ts', join(fresh, 'drill-keeper-docker.js'))
  await bundleTogether(programs, fresh, version)
  const shop = join(fresh, 'sandbox')
  for (const part of ['shop', 'migrations']) cpSync(join(root, 'demo', part), join(shop, part), { recursive: true })
  // Where a release of the sandbox's shop runs there are no packages.
  await bundleAlone('demo/shop/mysql.mjs', join(shop, 'mysql.mjs'))
  writeFileSync(join(fresh, 'built'), `${version}\n`)
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
