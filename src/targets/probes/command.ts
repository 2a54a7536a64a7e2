import { execa } from 'execa'
import { oneLine } from '../../state/text.ts'
import type { Health } from '../services/port.ts'

const bytesKept = 8 * 1024

/**
 * Healthy: the command ends with 0 in time. At the deadline its whole process group is killed, so that nothing it
 * started can make the answer wait; `setpriv` has the kernel end it should the engine be killed.
 */
export async function commandHealth(argv: readonly string[], timeoutMs: number): Promise<Health> {
  const began = performance.now()
  const [file = ''] = argv
  const child = execa('setpriv', ['--pdeathsig', 'KILL', '--', ...argv], {
    stdin: 'ignore',
    buffer: false,
    reject: false,
    detached: true,
    cleanup: true,
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', chunk => (said.stdout = keep(said.stdout, chunk)))
  child.stderr.on('data', chunk => (said.stderr = keep(said.stderr, chunk)))
  const { promise: late, resolve } = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => resolve('late'), timeoutMs)
  const end = await Promise.race([child, late])
  clearTimeout(timer)
  if (end === 'late') {
    endGroup(child.pid)
    child.stdout.destroy()
    child.stderr.destroy()
    return { state: 'unhealthy', latencyMs: null, note: `${file} does not end in ${timeoutMs} ms` }
  }
  const latencyMs = Math.round(performance.now() - began)
  if (end.exitCode === 0) return { state: 'healthy', latencyMs, note: `${file} ends with 0` }
  const how = end.exitCode === undefined ? `ends by ${end.signal ?? 'not having begun'}` : `ends with ${end.exitCode}`
  const words = oneLine(said.stderr.trim() === '' ? said.stdout : said.stderr, 80)
  return { state: 'unhealthy', latencyMs, note: words === '' ? `${file} ${how}` : `${file} ${how}: ${words}` }
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
