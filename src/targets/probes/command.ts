import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { oneLine } from '../../state/text.ts'
import type { Health } from '../services/port.ts'

const bytesKept = 8 * 1024

/** How long the last words of a command that has ended are waited for; a child of it may keep its output open. */
const lastWordsMs = 250

/**
 * Healthy: the command ends with 0 in time. At the deadline its whole process group is killed; `setpriv` has the kernel
 * end it should the engine be killed.
 */
export async function commandHealth(argv: readonly string[], timeoutMs: number): Promise<Health> {
  const began = performance.now()
  const [file = ''] = argv
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', chunk => (said.stdout = keep(said.stdout, chunk)))
  child.stderr.on('data', chunk => (said.stderr = keep(said.stderr, chunk)))
  const closed = once(child, 'close').catch(() => 'not begun')
  const ended = once(child, 'exit').then(
    ([code, signal]) => (code === null ? `ends by ${signal}` : `ends with ${code}`),
    () => 'cannot be run: setpriv (of util-linux) is not installed',
  )
  const end = await within(timeoutMs, ended)
  if (end === 'late') endGroup(child.pid)
  else await within(lastWordsMs, closed)
  child.stdout.destroy()
  child.stderr.destroy()
  if (end === 'late') return { state: 'unhealthy', latencyMs: null, note: `${file} does not end in ${timeoutMs} ms` }
  const latencyMs = Math.round(performance.now() - began)
  if (end === 'ends with 0') return { state: 'healthy', latencyMs, note: `${file} ${end}` }
  const words = oneLine(said.stderr.trim() === '' ? said.stdout : said.stderr, 80)
  return { state: 'unhealthy', latencyMs, note: words === '' ? `${file} ${end}` : `${file} ${end}: ${words}` }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T | 'late'> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => resolve('late'), ms)
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

function keep(text: string, chunk: unknown): string {
  return `${text}${String(chunk)}`.slice(-bytesKept)
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group ended in between.
  }
}
