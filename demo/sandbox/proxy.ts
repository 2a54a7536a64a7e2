import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { stringify } from 'yaml'

export type Route = { readonly name: string; readonly listen: number | string; readonly to: number | string }

/** Built beside this. */
const program = join(import.meta.dirname, 'drill-proxy.js')

/** A proxy that drills may disturb, on all these ways. It ends with whoever started it. */
export async function openProxy(root: string, routes: readonly Route[]) {
  const control = addressOf(join(root, 'proxy.sock'))
  const file = join(root, 'proxy.yaml')
  const ways = routes.map(({ name, listen, to }) => [name, { listen: addressOf(listen), to: addressOf(to) }] as const)
  writeFileSync(file, stringify({ control, routes: Object.fromEntries(ways) }), { mode: 0o600 })
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', program, file]
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', ...node], { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' })
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  for await (const line of createInterface({ input: child.stdout }))
    if (line.startsWith('the proxy stands')) return { control, close: () => (child.kill('SIGTERM'), ended) }
  await ended
  throw new Error('the proxy in front of the services does not stand; its words are above')
}

/** A port on loopback, or a socket's file. */
function addressOf(place: number | string): string {
  return typeof place === 'number' ? `tcp://127.0.0.1:${place}` : `unix://${place}`
}
