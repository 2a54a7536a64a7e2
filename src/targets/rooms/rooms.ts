import { setTimeout as pause } from 'node:timers/promises'
import type { Fault } from '../../state/fault.ts'
import type { Json } from '../../state/json.ts'
import type { Manifest } from '../../state/manifest.ts'
import type { Evidence, Outcome } from '../outcome.ts'
import { tcpHealth } from '../probes/tcp.ts'
import { fillEnv } from './fill.ts'
import { freePort } from './free-port.ts'
import type { Landlord, Rooms, Start, Tenant } from './port.ts'

export type RoomMeans = {
  readonly manifest: Manifest
  readonly resolve: (value: string) => Promise<string>
  readonly landlords: { readonly releases: Landlord; readonly docker: Landlord }
}

const lookMs = 200
const connectMs = 1000
/** Without a port, what runs so long has started. */
const surviveMs = 1000

export function openRooms({ manifest, resolve, landlords }: RoomMeans): Rooms {
  const rooms = new Map<string, Tenant[]>()
  const clear = async (room: string, evidence: Evidence): Promise<readonly string[]> => {
    for (const tenant of [...(rooms.get(room) ?? [])].reverse()) await tenant.end(evidence)
    rooms.delete(room)
    const amiss: string[] = []
    for (const landlord of Object.values(landlords)) amiss.push(...(await landlord.clear(room, evidence)))
    return amiss
  }
  return {
    attempt: async (command, context, evidence) => {
      if (command.kind === 'room.clear') {
        const amiss = await clear(command.room, evidence)
        return done(amiss.length === 0 ? 'nothing of it is left' : mayBeLeft(amiss))
      }
      const tenants = rooms.get(command.room) ?? []
      if (command.kind === 'room.ask') {
        const tenant = tenants.find(({ service }) => service === command.tenant)
        const amiss = tenant === undefined ? 'it does not run' : await tenant.ask(command.argv, command.timeoutMs)
        return amiss === null ? done(`${command.argv[0] ?? ''} ends with 0`) : failed(notPassed(command.tenant, amiss))
      }
      const kind = manifest.hosts[command.host]?.kind
      if (kind === undefined || kind === 'swarm') return failed(noRoomThere(command))
      const port = command.port === null ? null : kind === 'releases' ? await freePort() : command.port
      const env = await fillEnv(command, port, tenants, resolve)
      if (!env.ok) return failed(env.fault)
      const started = await landlords[kind].start({ command, env: env.value, port, context, evidence })
      if (!started.ok) return failed(started.fault)
      const tenant = started.value
      rooms.set(command.room, [...tenants, tenant])
      const amiss = await notReady(tenant, command)
      return amiss === null
        ? done(`${command.tenant} ${command.release} runs on the clone`, { ...tenant.outside })
        : failed(amiss)
    },
    close: async () => {
      for (const room of rooms.keys()) await clear(room, () => undefined)
    },
  }
}

/** Until it answers at its port; one that ends is not waited for. */
async function notReady(tenant: Tenant, { tenant: service, release, readyMs }: Start): Promise<Fault | null> {
  const began = performance.now()
  const { host, port } = tenant.outside
  for (;;) {
    const ended = await tenant.ended()
    if (ended !== null) return notStarted(service, release, ended)
    const waited = performance.now() - began
    const isReady = port === null ? waited >= surviveMs : (await tcpHealth(host, port, connectMs)).state === 'healthy'
    if (isReady) return null
    if (waited > readyMs) return notStarted(service, release, `nothing answers at its port ${port ?? ''}`)
    await pause(lookMs)
  }
}

/** No fault: it serves nobody, and says nothing of the release. */
function mayBeLeft(amiss: readonly string[]): string {
  return `something of it may be left, which the next rehearsal there removes: ${amiss.join('; ')}`
}

function done(says: string, observed: Json = null): Outcome {
  return { ok: true, observed, says }
}

function failed(fault: Fault): Outcome {
  return { ok: false, fault, observed: null }
}

/** Evidence against the release: it was started as it is, and did not do what it has to. */
function notStarted(service: string, release: string, why: string): Fault {
  return {
    code: 'room.not-started',
    what: `${service} ${release} does not start on the clone: ${why}`,
    means: 'Nothing that serves was touched.',
    next: 'Read its words in the evidence.',
  }
}

function notPassed(service: string, why: string): Fault {
  return {
    code: 'room.not-passed',
    what: `${service}: ${why}`,
    means: 'Nothing that serves was touched.',
    next: 'Read its words in the evidence.',
  }
}

function noRoomThere({ tenant: service, host }: Start): Fault {
  return {
    code: 'room.no-landlord',
    what: `${service} is on ${host}, a Swarm: nothing is started beside it there`,
    means: 'Whether it can run on today’s schema was not tried.',
    next: 'Declare it in the migration, where it is known: -- astern:compatible-with.',
  }
}
