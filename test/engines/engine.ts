import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Docker from 'dockerode'
import { describe } from 'vitest'
import { networkOf } from './network.ts'

/** A Docker Engine of a test's own, as a host of its own: a namespace with an address. */
export type TestEngine = {
  readonly socket: string
  readonly address: string
  readonly namespace: string
  readonly docker: Docker
  readonly link: (state: 'up' | 'down') => void
  /** Ends the daemon as a crash would. Containers end with it. */
  readonly kill: () => Promise<void>
  readonly start: () => Promise<void>
  readonly close: () => Promise<void>
}

const always = ['dockerd', 'ip', 'iptables', 'nsenter', 'busybox']

/** Where no Engine can be started the tests that need one are left out, loudly; in CI that is a failure. */
export function describeWithEngines(name: string, tests: () => void, more: readonly string[] = []): void {
  const missing = [...always, ...more].filter(program => !isInstalled(program))
  if (process.getuid?.() === 0 && missing.length === 0) return void describe(name, tests)
  const why = missing.length > 0 ? `${missing.join(', ')} is not installed` : 'this is not root'
  if (process.env['CI'] === 'true') throw new Error(`${name}: no Docker Engine can be started here: ${why}`)
  process.stderr.write(`\nLEFT OUT, because ${why}: ${name}\n`)
  describe.skip(name, tests)
}

let opened = 0

/** `flags`: more for dockerd, which may depend on the host's address. */
export async function openEngine(flags: (address: string) => readonly string[] = () => []): Promise<TestEngine> {
  const network = networkOf(process.pid)
  network.up()
  opened += 1
  const host = network.host(opened)
  host.up()
  const directory = mkdtempSync(join(tmpdir(), 'astern-engine-'))
  const socket = join(directory, 'docker.sock')
  const daemon = { stop: async (_signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {} }
  const start = async (): Promise<void> => {
    daemon.stop = await startDaemon(host.namespace, directory, socket, flags(host.address))
  }
  await start()
  return {
    socket,
    address: host.address,
    namespace: host.namespace,
    docker: new Docker({ socketPath: socket }),
    link: host.link,
    kill: () => daemon.stop('SIGKILL'),
    start,
    close: async () => {
      await daemon.stop('SIGTERM')
      host.down()
      opened -= 1
      if (opened === 0) network.down()
      unmountBelow(directory)
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** In the namespace and not through `ip netns exec`, which mounts /sys anew and takes the cgroups away. */
async function startDaemon(namespace: string, directory: string, socket: string, flags: readonly string[]) {
  mkdirSync(directory, { recursive: true })
  rmSync(join(directory, 'pid'), { force: true })
  const log = openSync(join(directory, 'log'), 'a')
  const paths = ['data', 'exec', 'pid'].map(name => join(directory, name))
  const [data = '', exec = '', pid = ''] = paths
  const child = spawn(
    'nsenter',
    [
      ...`--net=/var/run/netns/${namespace} dockerd --data-root ${data} --exec-root ${exec} --pidfile ${pid} -H unix://${socket}`.split(
        ' ',
      ),
      ...flags,
    ],
    { stdio: ['ignore', log, log], detached: true },
  )
  const ended = once(child, 'exit')
  const docker = new Docker({ socketPath: socket })
  for (
    let look = 0;
    !(await docker.ping().then(
      () => true,
      () => false,
    ));
    look += 1
  ) {
    if (child.exitCode !== null || look > 600)
      throw new Error(`dockerd did not start:\n${readFileSync(join(directory, 'log'), 'utf8').slice(-2000)}`)
    await sleep(100)
  }
  return async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await ended
    if (signal === 'SIGKILL') await endContainerd(exec)
  }
}

/** A daemon that was killed leaves its containerd; the next one starts another. */
async function endContainerd(exec: string): Promise<void> {
  const file = join(exec, 'containerd', 'containerd.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8'))
  try {
    process.kill(pid, 'SIGKILL')
    for (;;) {
      process.kill(pid, 0)
      await sleep(20)
    }
  } catch {
    // It is gone.
  }
}

/** A daemon that was killed leaves mounts behind. */
function unmountBelow(directory: string): void {
  const points = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map(line => line.split(' ')[1] ?? '')
  for (const point of points.filter(path => path.startsWith(`${directory}/`)).reverse())
    execFileSync('umount', [point], { stdio: 'ignore' })
}

function isInstalled(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
