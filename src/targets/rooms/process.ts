import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { oneLine } from '../../state/text.ts'
import { digestOf } from '../services/releases/digest.ts'
import { placeOf, type ReleasesConfig } from '../services/releases/layout.ts'
import type { Landlord, Tenant } from './port.ts'

/**
 * A release directory's process of its own: neither `current` nor the run lock is touched. The kernel ends it with this process; its
 * words go to a file of the run, gone with it.
 */
export function processRooms(config: ReleasesConfig): Landlord {
  return {
    start: async ({ command, env, port, context, evidence }) => {
      const { tenant: service, host, release, digest } = command
      const place = placeOf(config, { service, host })
      const directory = join(place.releases, release)
      const there = await digestOf(directory)
      if (there.digest !== digest) return { ok: false, fault: notThere(service, release, host) }
      const argv = place.release.start.map(arg => arg.replaceAll('{release}', directory))
      const whole = { ...inherited(), ...env }
      const shared = join(context.directory, `room-${service}`)
      await mkdir(shared, { recursive: true, mode: 0o700 })
      const file = join(shared, 'log')
      const log = await open(file, 'w', 0o600)
      evidence(`in ${directory}: ${argv.join(' ')}`)
      const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...argv], {
        cwd: directory,
        env: whole,
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
      })
      let ended: string | null = null
      const over = once(child, 'exit').then(
        ([code]) => {
          ended = `it ended (${String(code)})`
          if (child.pid !== undefined) endGroup(child.pid)
        },
        () => void (ended = 'it could not be started'),
      )
      await log.close()
      const words = async (): Promise<string> =>
        oneLine((await readFile(file, 'utf8').catch(() => '')).trim().split('\n').slice(-2).join(' | '), 200)
      const tenant: Tenant = {
        service,
        inside: { host: '127.0.0.1', port },
        outside: { host: '127.0.0.1', port },
        ended: async () => (ended === null ? null : `${ended}: ${await words()}`),
        ask: (asked, timeoutMs) => askBeside(asked, { cwd: directory, env: whole, timeoutMs }),
        end: async () => {
          if (ended === null && child.pid !== undefined) endGroup(child.pid)
          await over
          await rm(shared, { recursive: true, force: true })
        },
      }
      return { ok: true, value: tenant }
    },
    clear: () => Promise.resolve([]),
  }
}

/** What it started goes with it. Only while it runs or at the moment it has ended: later its number may be another's. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody of it is left.
  }
}

async function askBeside(
  [file = '', ...args]: readonly string[],
  { cwd, env, timeoutMs }: { readonly cwd: string; readonly env: Record<string, string>; readonly timeoutMs: number },
): Promise<string | null> {
  const child = spawn(file, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  let words = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => void (words = (words + text).slice(-400)))
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    if (code === 0) return null
    return code === null
      ? `${file} does not end in ${timeoutMs} ms`
      : `${file} ends with ${code}: ${oneLine(words, 120)}`
  } catch (error) {
    return `${file} cannot be started: ${oneLine(error instanceof Error ? error.message : String(error))}`
  }
}

function inherited(): Record<string, string> {
  return Object.fromEntries(
    ['PATH', 'HOME', 'LANG'].flatMap(name => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}

function notThere(service: string, release: string, host: string) {
  return {
    code: 'room.no-release',
    what: `${release} of ${service} is not on ${host} as it was recorded`,
    means: 'It was not started on the clone.',
    next: 'Put it back on its host, then: astern rehearse.',
  }
}
