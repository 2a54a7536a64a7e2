import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Shop } from './stage.ts'

const cli = join(import.meta.dirname, '..', 'bin', 'astern.mjs')

/** The plan's hash is read first, as a pipeline would: nobody approves a loss that was not shown. */
export async function headless(shop: Shop, options: readonly string[]): Promise<number> {
  const { hash } = JSON.parse(await output(shop, ['plan', '--json', ...options])) as { hash: string }
  return astern(
    shop,
    ['rollback', '--headless', '--confirm', shop.environment, '--confirm', 'main', '--confirm-plan', hash, ...options],
    'inherit',
  )
}

export function astern(shop: Shop, args: readonly string[], stdio: 'inherit' | 'ignore'): Promise<number> {
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

/** A run that was left, or cut off, is ended with its shop: stopped as a person would, or its engine killed. */
export async function endRun(shop: Shop): Promise<void> {
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
