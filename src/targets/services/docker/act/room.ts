import type { Fault } from '../../../../state/fault.ts'
import type { Evidence } from '../../../outcome.ts'
import type { Landlord, Start, Tenant } from '../../../rooms/port.ts'
import type { Engine } from '../engine.ts'
import { runInside } from '../exec.ts'
import { standingOf, type Inspected } from '../find.ts'
import { placeOf, type Fleet, type Place } from '../layout.ts'
import { lastWords } from '../logs.ts'
import { handsOn, made, Stopped, valueOf } from './hands.ts'
import { isLeft, label, labelsOf } from './room-labels.ts'
import { wantedFor, targetFor } from './wanted.ts'

const startMs = 60_000

/**
 * A container of the target's image as its people start it (entrypoint, command, user, limits), and with nothing else of the one that serves: none of
 * its environment, names, aliases, published ports, volumes or networks. Room and container have a network of their own.
 */
export function containerRooms(fleet: Fleet): Landlord {
  return {
    start: async ({ command, env, port, context, evidence }) => {
      const place = placeOf(fleet, { service: command.tenant, host: command.host })
      const labels = await labelsOf(context.environment, command.room)
      try {
        await clearLeft(place.engine, context.environment, command.room, fleet.now(), evidence)
        return { ok: true, value: await tenantOf(place, command, env, port, labels, evidence) }
      } catch (error) {
        if (!(error instanceof Stopped)) throw error
        return { ok: false, fault: notHere(command, error.fault) }
      }
    },
    clear: async (room, evidence) => {
      const amiss: string[] = []
      for (const engine of Object.values(fleet.engines))
        amiss.push(...(await clearRoom(engine, [`${label}=${room}`], evidence)))
      return amiss
    },
  }
}

async function tenantOf(
  place: Place,
  command: Start,
  env: Readonly<Record<string, string>>,
  port: number | null,
  labels: Record<string, string>,
  evidence: Evidence,
): Promise<Tenant> {
  const { engine } = place
  const hands = handsOn(engine, evidence)
  const network = `astern_${place.environment}_room_${command.room}`
  await ensureNetwork(engine, network, labels)
  const how = await howItIsStarted(place, command)
  const body = {
    ...how,
    Image: command.digest,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Labels: labels,
    Healthcheck: { Test: ['NONE'] },
    NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [command.tenant] } } },
    HostConfig: { ...how.HostConfig, NetworkMode: network, RestartPolicy: { Name: 'no' } },
  }
  const id = await hands.create(`${network}_${command.tenant}`, { body, networks: {} })
  made(await hands.does('start it', id, docker => docker.getContainer(id).start(), startMs))
  const look = async (): Promise<Inspected> =>
    valueOf(await engine.call('look at it', (docker, abortSignal) => docker.getContainer(id).inspect({ abortSignal })))
  const address = (await look()).NetworkSettings.Networks[network]?.IPAddress ?? ''
  return {
    service: command.tenant,
    inside: { host: command.tenant, port },
    outside: { host: address, port },
    ended: async () => {
      const { State } = await look()
      return State.Running ? null : `it ended (${State.ExitCode}): ${await lastWords(engine, id)}`
    },
    ask: async (argv, timeoutMs) => {
      const { state, note } = await runInside(engine, id, argv, timeoutMs)
      return state === 'healthy' ? null : note
    },
    end: async to => {
      await discard(engine, id, to)
    },
  }
}

/** Entrypoint, command, user and limits of the container that runs the service; where there is none, as the image has them. */
async function howItIsStarted(place: Place, command: Start) {
  const standing = valueOf(await standingOf(place))
  const target = await targetFor(place, command)
  const source = standing.current ?? standing.displaced[0]
  if (source === undefined) return { HostConfig: {} }
  const { body } = await wantedFor(place, standing, source, target)
  const { Entrypoint, Cmd, WorkingDir, User, HostConfig = {} } = body
  return {
    ...told({ Entrypoint, Cmd, WorkingDir, User }),
    HostConfig: told(Object.fromEntries(limits.map(name => [name, HostConfig[name]]))),
  }
}

const limits = [
  'Memory',
  'NanoCpus',
  'CpuShares',
  'PidsLimit',
  'ShmSize',
  'Ulimits',
  'Init',
  'CapDrop',
  'SecurityOpt',
  'ReadonlyRootfs',
  'Tmpfs',
] as const

function told<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>
}

async function ensureNetwork(engine: Engine, name: string, labels: Record<string, string>): Promise<void> {
  const there = await engine.call('look for the room’s network', (docker, abortSignal) =>
    docker.listNetworks({ filters: { name: [name] }, abortSignal }),
  )
  if (valueOf(there).some(({ Name }) => Name === name)) return
  made(
    await engine.call('make the room’s network', docker =>
      docker.createNetwork({ Name: name, Driver: 'bridge', Labels: labels }),
    ),
  )
}

/** Those of makers that are no more. */
async function clearLeft(
  engine: Engine,
  environment: string,
  own: string,
  now: Date,
  evidence: Evidence,
): Promise<void> {
  const filters = { label: [`${label}.environment=${environment}`] }
  const containers = await engine.call('look for rooms left behind', (docker, abortSignal) =>
    docker.listContainers({ all: true, filters, abortSignal }),
  )
  const networks = await engine.call('look for networks of rooms left behind', (docker, abortSignal) =>
    docker.listNetworks({ filters, abortSignal }),
  )
  const found = [
    ...valueOf(containers).map(({ Labels, Created }) => ({ labels: Labels, madeMs: Created * 1000 })),
    ...valueOf(networks).map(({ Labels = {}, Created }) => ({ labels: Labels, madeMs: Date.parse(Created) })),
  ]
  const left = await Promise.all(
    found.map(async ({ labels, madeMs }) =>
      (await isLeft(labels, now.getTime() - madeMs)) ? [labels[label] ?? ''] : [],
    ),
  )
  for (const room of new Set(left.flat())) {
    if (room === own || room === '') continue
    evidence(`room ${room} was left behind, and is cleared`)
    await clearRoom(engine, [`${label}=${room}`], evidence)
  }
}

/** What could not be looked for or removed, in words. */
async function clearRoom(engine: Engine, labels: string[], evidence: Evidence): Promise<readonly string[]> {
  const containers = await engine.call('look what is left of the room', (docker, abortSignal) =>
    docker.listContainers({ all: true, filters: { label: labels }, abortSignal }),
  )
  if (!containers.ok) return [said(containers.fault, evidence)]
  const amiss: string[] = []
  for (const { Id } of containers.value) amiss.push(...(await discard(engine, Id, evidence)))
  const networks = await engine.call('look for its network', (docker, abortSignal) =>
    docker.listNetworks({ filters: { label: labels }, abortSignal }),
  )
  if (!networks.ok) return [...amiss, said(networks.fault, evidence)]
  for (const { Id, Name } of networks.value) {
    const gone = await engine.call('remove its network', docker => docker.getNetwork(Id).remove())
    if (gone.ok || gone.status === 404) evidence(`${Name} removed`)
    else amiss.push(said(gone.fault, evidence))
  }
  return amiss
}

async function discard(engine: Engine, id: string, evidence: Evidence): Promise<readonly string[]> {
  const answer = await engine.call(
    'remove what was started in the room',
    docker => docker.getContainer(id).remove({ v: true, force: true }),
    startMs,
  )
  if (!answer.ok && answer.status !== 404) return [said(answer.fault, evidence)]
  evidence(`removed (${id.slice(0, 12)})`)
  return []
}

function said({ what }: Fault, evidence: Evidence): string {
  evidence(what)
  return what
}

function notHere({ tenant: service, release, host }: Start, fault: Fault): Fault {
  return {
    code: 'room.no-container',
    what: `${service} ${release} could not be started on a clone on ${host}: ${fault.what}`,
    means: 'Whether it can run on today’s schema was not tried. Nothing that serves was touched.',
    next: fault.next,
    ...(fault.detail === undefined ? {} : { detail: fault.detail }),
  }
}
