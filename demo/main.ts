import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { dockerHosting } from './docker.ts'
import { createShop, good, type Shop } from './environment.ts'
import type { Hosting } from './hosting.ts'

const cli = join(import.meta.dirname, '..', 'bin', 'astern.mjs')

/** A shop whose last release went wrong, and the console on it. Without a terminal: the same rollback headless. */
async function main(argv: readonly string[]): Promise<number> {
  const preserveData = argv.includes('--preserve-data')
  const bad = preserveData ? '1.2.3' : '1.3.0'
  const terminal = process.stdin.isTTY === true && process.stdout.isTTY === true
  say(`Setting up a shop: four services, a database, customers who order. ${good} is good; ${bad} is not…`)
  const ended = endedBySignal()
  const hosting = argv.includes('--docker') ? onDocker : undefined
  const shop = await createShop({
    bad,
    ...(hosting === undefined ? {} : { hosting }),
    afterGood: async ready => void (await astern(ready, ['record', '--version', good], 'ignore')),
  })
  try {
    say(`The shop lies in ${shop.root}; its manifest is ${shop.manifestFile}.`)
    const options = argv.filter(arg => arg !== '--' && arg !== '--docker')
    const work = terminal ? astern(shop, options, 'inherit') : headless(shop, options)
    const code = await Promise.race([work, ended])
    if (!terminal && code === 0)
      say(`Orders acknowledged meanwhile: ${shop.placed().length}; refused while it was down: ${shop.refused()}.`)
    return code
  } finally {
    await endRun(shop)
    await shop.close()
  }
}

/** A run that was left, or cut off, is ended with its shop: stopped as a person would, or its engine killed. */
async function endRun(shop: Shop): Promise<void> {
  const held = await shop.holder()
  if (held === null) return
  const { run, directory } = held
  await Promise.race([
    astern(shop, ['stop', run, '--reason', 'the demo was ended'], 'ignore'),
    new Promise(resolve => setTimeout(resolve, 10_000)),
  ])
  const { pid } = JSON.parse(readFileSync(join(directory, 'holder.json'), 'utf8')) as { pid: number }
  if (isEngineOf(pid, directory)) process.kill(pid, 'SIGKILL')
}

function isEngineOf(pid: number, directory: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(directory)
  } catch {
    return false
  }
}

/** The plan's hash is read first, as a pipeline would: nobody approves a loss that was not shown. */
async function headless(shop: Shop, options: readonly string[]): Promise<number> {
  const { hash } = JSON.parse(await output(shop, ['plan', '--json', ...options])) as { hash: string }
  return astern(
    shop,
    ['rollback', '--headless', '--confirm', shop.environment, '--confirm', 'main', '--confirm-plan', hash, ...options],
    'inherit',
  )
}

function astern(shop: Shop, args: readonly string[], stdio: 'inherit' | 'ignore'): Promise<number> {
  const child = spawn(process.execPath, [cli, ...args], {
    stdio: [stdio, stdio, 'inherit'],
    env: environmentOf(shop),
    cwd: shop.root,
  })
  return new Promise(resolve => child.on('close', code => resolve(code ?? 1)))
}

function output(shop: Shop, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [cli, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: environmentOf(shop),
    cwd: shop.root,
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  return new Promise(resolve => child.on('close', () => resolve(text)))
}

/** Runs are kept outside the shop: the report outlives it. */
function environmentOf(shop: Shop): NodeJS.ProcessEnv {
  return { ...process.env, ...shop.env }
}

/** Whoever asked for containers and has no Engine reads what to do, and nothing is left behind. */
async function onDocker(root: string): Promise<Hosting> {
  const hosting = await dockerHosting(root)
  if (typeof hosting !== 'string') return hosting
  say(`astern: ${hosting}`)
  rmSync(root, { recursive: true, force: true })
  process.exit(2)
}

function endedBySignal(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)
    process.on(signal, () => resolve(code))
  return promise
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

process.exitCode = await main(process.argv.slice(2))
process.exit()
