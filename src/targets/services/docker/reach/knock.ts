import { execFile } from 'node:child_process'
import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { promisify } from 'node:util'
import type { Way } from './context.ts'
import { target } from './ssh.ts'

const run = promisify(execFile)

/** Who is there says so within this time; it is asked again and again. */
const knockMs = 1000

/**
 * Does anybody listen where the Engine is reached? One connection, closed before anything is said over it: no request,
 * and no login. Null: that cannot be told without one, as through a jump host.
 */
export async function knock(way: Way): Promise<boolean | null> {
  switch (way.kind) {
    case 'unix':
      return opens({ path: way.path })
    case 'tcp':
      return opens({ host: way.host, port: way.port })
    case 'ssh': {
      const at = await sshAddress(target(way))
      return at === null ? null : opens(at)
    }
  }
}

function opens(at: NetConnectOpts): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket: Socket = connect({ ...at, timeout: knockMs })
  socket.once('connect', () => resolve(true))
  socket.once('error', () => resolve(false))
  socket.once('timeout', () => resolve(false))
  return promise.finally(() => socket.destroy())
}

/** As ssh's own configuration has it, which nobody else reads. */
async function sshAddress(
  options: readonly string[],
): Promise<{ readonly host: string; readonly port: number } | null> {
  try {
    const { stdout } = await run('ssh', ['-G', ...options], { timeout: knockMs })
    const settings = new Map(stdout.split('\n').map(line => [line.split(' ', 1)[0] ?? '', line.replace(/^\S+ /, '')]))
    const goesThrough = [settings.get('proxyjump'), settings.get('proxycommand')].some(
      way => way !== undefined && way !== 'none',
    )
    const host = settings.get('hostname')
    return goesThrough || host === undefined ? null : { host, port: Number(settings.get('port') ?? 22) }
  } catch {
    return null
  }
}
