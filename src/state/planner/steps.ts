import { describe, trafficCallMs, type Command, type Configuration } from '../command.ts'
import type {
  ImageNamed,
  Instance,
  InstanceKey,
  LedgerEntry,
  Observed,
  RestartPolicy,
  SwarmReferences,
} from '../facts.ts'
import type { Manifest } from '../manifest.ts'
import type { Repeat, Risk, Step } from '../plan.ts'
import { startsFirst } from './start-first.ts'

export type Change = {
  readonly key: InstanceKey
  readonly service: string
  readonly host: string
  readonly before: Observed
  readonly release: string
  readonly digest: string
  /** As it was recorded with the target. */
  readonly restart?: RestartPolicy
  /** As it was recorded, on a Docker host. */
  readonly image?: ImageNamed
  /** In the place of today's, on a Docker host. */
  readonly configuration?: Configuration
  /** As they were recorded, on a Swarm. */
  readonly references?: SwarmReferences
}

type Given = Partial<Pick<Step, 'title' | 'leaves' | 'undo' | 'risk' | 'repeat' | 'deadlineMs' | 'estimateMs'>>

export function step(
  id: string,
  phase: Step['phase'],
  command: Command,
  needs: readonly string[],
  given: Given = {},
): Step {
  const risk: Risk = 'safe'
  const repeat: Repeat = 'by state'
  const title = describe(command)
  return {
    id,
    phase,
    title,
    command,
    needs: [...new Set(needs)],
    leaves: title,
    undo: null,
    risk,
    repeat,
    deadlineMs: 30_000,
    estimateMs: 300,
    ...given,
  }
}

/** The service and host that a step is about; null: about none. */
export function instanceOf({ command }: Pick<Step, 'command'>): Instance | null {
  if (!('service' in command) || !('host' in command)) return null
  return { service: command.service, host: command.host }
}

/** What ends before an instance counts as there again, for whoever depends on it. */
export function readyStep({ services }: Manifest, { key, service }: Pick<Change, 'key' | 'service'>): string {
  const { traffic, connects } = services[service] ?? {}
  if (traffic?.reload !== undefined) return `${key}.reload`
  return connects === undefined ? `${key}.health` : `${key}.connect`
}

/** Requests are led away first, where the manifest says how. */
export function stopSteps(manifest: Manifest, change: Change, needs: readonly string[]): readonly Step[] {
  const { key, service, host, before } = change
  const { drain, reload } = manifest.services[service]?.traffic ?? {}
  if (drain === undefined || before.state !== 'running') return [stopStep(manifest, change, needs)]
  const undo: Command | null = reload === undefined ? null : { kind: 'traffic.reload', service, host, calls: reload }
  const draining = step(`${key}.drain`, 3, { kind: 'traffic.drain', service, host, ...drain }, needs, {
    leaves: `no request is led to ${service} on ${host}`,
    undo,
    risk: 'disruptive',
    deadlineMs: callsMs(drain.calls) + drain.waitMs,
    estimateMs: drain.waitMs + 500 * drain.calls.length,
  })
  return [draining, stopStep(manifest, change, [...needs, draining.id])]
}

/** Stopping has its grace; what ignores it is killed, which takes a while too. */
function stopStep(manifest: Manifest, change: Change, needs: readonly string[]): Step {
  const { key, service, host, before } = change
  const graceMs = manifest.services[service]?.stop.graceMs ?? 30_000
  const previous = before.release !== null && before.digest !== null
  const undo: Command | null = previous
    ? {
        kind: 'service.start',
        service,
        host,
        release: before.release ?? '',
        digest: before.digest ?? '',
        ...restartOf(change),
      }
    : null
  const past = before.digest === change.digest ? {} : { past: change.digest }
  return step(`${key}.stop`, 3, { kind: 'service.stop', service, host, graceMs, ...past }, needs, {
    leaves: `${service} does not run on ${host}`,
    undo: before.state === 'running' ? undo : null,
    risk: 'disruptive',
    deadlineMs: graceMs + 30_000,
    estimateMs: 500,
  })
}

/**
 * Off from a stop to the next start, so the plan itself carries it. Of a container that a lost run stopped, what it has
 * now says nothing: then it is the recorded one.
 */
function restartOf({ before, restart: recorded, configuration }: Change): { readonly restart?: RestartPolicy } {
  const parked = before.state !== 'running' && before.restart?.name === 'no'
  const restart = parked || configuration !== undefined ? (recorded ?? before.restart) : before.restart
  return restart === undefined ? {} : { restart }
}

/**
 * `parents`: what it is bound to, in whose place the target's container stands before its own is made. `rolling`: the
 * target may have been started beside what it replaces.
 */
export function startSteps(
  manifest: Manifest,
  change: Change,
  needs: readonly string[],
  { parents, rolling }: { readonly parents: readonly Change[]; readonly rolling: boolean },
): readonly Step[] {
  const { key, service, host, release, digest, before, configuration } = change
  const { healthDeadlineMs, stableMs, consecutive, probeIntervalMs } = manifest.timing
  const graceMs = manifest.services[service]?.stop.graceMs ?? 30_000
  const back: Command | null =
    before.pointed !== null && before.digest !== null
      ? { kind: 'service.point', service, host, release: before.pointed, digest: before.digest, ...todaysAgain(change) }
      : null
  const asked = configuration === undefined ? {} : { configuration }
  const beside = rolling && startsFirst(manifest, change) ? { beside: true as const } : {}
  const pointing = { kind: 'service.point', service, host, release, digest, ...beside, ...asked } as const
  const bound = parents.map(parent => `${parent.key}.point`)
  const point = step(`${key}.point`, 3, pointing, [`${key}.stop`, ...bound], {
    leaves: `the next start of ${service} on ${host} takes ${release}`,
    undo: back,
    risk: 'disruptive',
    estimateMs: 50,
  })
  const start = step(
    `${key}.start`,
    3,
    { kind: 'service.start', service, host, release, digest, ...restartOf(change) },
    [point.id, ...needs],
    {
      leaves: `${service} ${release} runs on ${host}`,
      undo: { kind: 'service.stop', service, host, graceMs },
      risk: 'disruptive',
      estimateMs: 500,
    },
  )
  const health = step(`${key}.health`, 3, { kind: 'service.health', service, host, release }, [start.id], {
    leaves: `${service} on ${host} is healthy and stays the same process`,
    deadlineMs: healthDeadlineMs + 10_000,
    estimateMs: Math.max(stableMs, consecutive * probeIntervalMs) + 500,
  })
  return [point, start, health, ...backInTraffic(manifest, change, health.id)]
}

/** The very container that was replaced has the configuration that was left. */
function todaysAgain({ configuration }: Change): { readonly configuration?: Configuration } {
  if (configuration === undefined) return {}
  const { instead } = configuration
  return { configuration: { of: instead, instead, secrets: [] } }
}

/** What it depends on is reached from inside, and then requests are led to it again. */
export function backInTraffic(manifest: Manifest, { key, service, host }: Change, healthy: string): readonly Step[] {
  const { traffic, connects } = manifest.services[service] ?? {}
  const connect =
    connects === undefined
      ? []
      : [
          step(`${key}.connect`, 3, { kind: 'service.connect', service, host, to: connects }, [healthy], {
            leaves: `${service} on ${host} reaches what it depends on`,
            deadlineMs: 60_000,
          }),
        ]
  if (traffic?.reload === undefined) return connect
  const { reload } = traffic
  return [
    ...connect,
    step(`${key}.reload`, 3, { kind: 'traffic.reload', service, host, calls: reload }, [connect[0]?.id ?? healthy], {
      leaves: `requests are led to ${service} on ${host} again`,
      risk: 'disruptive',
      deadlineMs: callsMs(reload),
    }),
  ]
}

export function callsMs(calls: readonly unknown[]): number {
  return calls.length * trafficCallMs + 10_000
}

/** Proof at the end, of everything the target names, changed or not, but for what is left as it is. */
export function proveSteps(target: LedgerEntry, needs: readonly string[], left: readonly string[]): readonly Step[] {
  return Object.entries(target.services)
    .filter(([key]) => !left.includes(key))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { release, digest }]) => {
      const [service = '', host = ''] = key.split('@')
      return step(`${key}.prove`, 3, { kind: 'service.prove', service, host, release, digest }, needs, {
        leaves: `${service} on ${host} is proven to be ${release}`,
      })
    })
}
