import { spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Docker from 'dockerode'
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
  /** As a person does it: it ends its containers first. */
  readonly restart: () => Promise<void>
  readonly close: () => Promise<void>
}

let opened = 0

/** `more`: further flags for the daemon, which may name the host's address. `ownRun`: /run is its own; as usual it listens there too. `id`: one of its own, and not that of the machine which several Engines on it share; or that of another, whose disk it might have. */
export async function openEngine(
  more: readonly string[] | ((address: string) => readonly string[]) = [],
  { ownRun, id }: { readonly ownRun?: 'as usual' | 'silent'; readonly id?: 'own' | TestEngine } = {},
): Promise<TestEngine> {
  const network = networkOf(process.pid)
  network.up()
  opened += 1
  const host = network.host(opened)
  host.up()
  const directory = mkdtempSync(join(tmpdir(), 'astern-engine-'))
  const socket = join(directory, 'docker.sock')
  const daemon = { stop: async (_signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {} }
  const given = typeof more === 'function' ? more(host.address) : more
  const usual = ownRun === 'as usual' ? ['-H', 'unix:///var/run/docker.sock'] : []
  const flags = [...given, ...usual, ...(id === undefined ? [] : idFlags(directory, id))]
  const start = async (): Promise<void> => {
    daemon.stop = await startDaemon(host.namespace, directory, socket, host.address, flags, ownRun !== undefined)
  }
  await start()
  const docker = new Docker({ socketPath: socket })
  return {
    socket,
    address: host.address,
    namespace: host.namespace,
    docker,
    link: host.link,
    kill: () => daemon.stop('SIGKILL'),
    start,
    restart: async () => {
      await daemon.stop('SIGTERM')
      await start()
    },
    close: async () => {
      await killContainers(docker)
      await daemon.stop('SIGTERM')
      host.down()
      opened -= 1
      if (opened === 0) network.down()
      unmountBelow(directory)
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** From Docker 24 on it lies with its data; before, it was made of a key of the machine's. */
function idFlags(directory: string, id: 'own' | TestEngine): readonly string[] {
  const { stdout } = spawnSync('dockerd', ['--version'], { encoding: 'utf8' })
  const byKey = Number(/version (\d+)/.exec(stdout)?.[1]) < 24
  const path = byKey ? 'key.json' : 'data/engine-id'
  mkdirSync(join(directory, 'data'))
  if (id !== 'own') copyFileSync(join(dirname(id.socket), path), join(directory, path))
  else if (!byKey) writeFileSync(join(directory, path), randomUUID())
  if (!byKey) return []
  const file = join(directory, 'daemon.json')
  writeFileSync(file, JSON.stringify({ 'deprecated-key-path': join(directory, path) }))
  return ['--config-file', file]
}

/** Those that do not heed SIGTERM keep a daemon that is told to end waiting for their grace. */
async function killContainers(docker: Docker): Promise<void> {
  const running = await docker.listContainers().catch(() => [])
  await Promise.allSettled(running.map(({ Id }) => docker.getContainer(Id).kill()))
}

/** In the namespace and not through `ip netns exec`, which mounts /sys anew and takes the cgroups away. */
async function startDaemon(
  namespace: string,
  directory: string,
  socket: string,
  address: string,
  flags: readonly string[],
  ownRun: boolean,
) {
  mkdirSync(directory, { recursive: true })
  rmSync(join(directory, 'pid'), { force: true })
  const log = openSync(join(directory, 'log'), 'a')
  const paths = ['data', 'exec', 'pid'].map(name => join(directory, name))
  const [data = '', exec = '', pid = ''] = paths
  // A run of tests that is ended hard takes its daemons with it.
  const child = spawn(
    'setpriv',
    [
      ...`--pdeathsig TERM nsenter --net=/var/run/netns/${namespace} unshare --uts${ownRun ? ' --mount' : ''}`.split(
        ' ',
      ),
      // Nodes of a Swarm are told apart by their hosts' names.
      'sh',
      '-c',
      `${ownRun ? 'mount -t tmpfs tmpfs /run && ' : ''}hostname ${namespace} && exec dockerd "$@"`,
      'dockerd',
      ...`--data-root ${data} --exec-root ${exec} --pidfile ${pid} -H unix://${socket} -H tcp://${address}:2375`.split(
        ' ',
      ),
      // Said in so many words, or it waits a quarter of a minute for somebody to read that this is not safe.
      ...(flags.some(flag => flag.startsWith('--tls')) ? [] : ['--tls=false']),
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

/** What a daemon that was killed left mounted. */
function unmountBelow(directory: string): void {
  const points = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map(line => line.split(' ')[1] ?? '')
    .filter(point => point.startsWith(`${directory}/`))
  for (const point of points.reverse()) spawnSync('umount', ['-l', point])
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
