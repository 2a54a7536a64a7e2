import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** How a program ended. `late`: it did not, and was killed with all that it started. */
export type Ended = {
  readonly end: { readonly code: number } | { readonly signal: string } | 'late' | 'not begun'
  readonly stdout: string
  readonly stderr: string
  /** It said more than was kept. */
  readonly cut: boolean
  readonly latencyMs: number
}

/** How long the last words of a command that has ended are waited for; a child of it may keep its output open. */
const lastWordsMs = 250

/**
 * An argument list, run on this machine. At the deadline its whole process group is killed; `setpriv` has the kernel end it
 * should the engine be killed. Of what it says the last `bytesKept` are kept.
 */
export async function runProgram(argv: readonly string[], timeoutMs: number, bytesKept: number): Promise<Ended> {
  const began = performance.now()
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const said = { stdout: '', stderr: '', cut: false }
  const keep = (of: 'stdout' | 'stderr', chunk: unknown): void => {
    const text = `${said[of]}${String(chunk)}`
    said[of] = text.slice(-bytesKept)
    said.cut ||= text.length > bytesKept
  }
  child.stdout.on('data', chunk => keep('stdout', chunk))
  child.stderr.on('data', chunk => keep('stderr', chunk))
  const closed = once(child, 'close').catch(() => 'not begun')
  const ended = once(child, 'exit').then(
    ([code, signal]) => (code === null ? { signal: String(signal) } : { code: Number(code) }),
    () => 'not begun' as const,
  )
  const end = await within(timeoutMs, ended)
  if (end === 'late') endGroup(child.pid)
  else await within(lastWordsMs, closed)
  child.stdout.destroy()
  child.stderr.destroy()
  return { end, ...said, latencyMs: Math.round(performance.now() - began) }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T | 'late'> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => resolve('late'), ms)
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group ended in between.
  }
}
