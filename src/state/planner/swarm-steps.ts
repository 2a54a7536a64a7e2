import type { Command } from '../command.ts'
import type { Facts, LedgerEntry, SwarmReferences } from '../facts.ts'
import { referenceOf } from '../image-reference.ts'
import type { Manifest } from '../manifest.ts'
import type { Step } from '../plan.ts'
import { backInTraffic, step, type Change } from './steps.ts'

type Update = Extract<Command, { kind: 'service.update' }>

export function isOnSwarm(manifest: Manifest, { host }: Pick<Change, 'host'>): boolean {
  return manifest.hosts[host]?.kind === 'swarm'
}

/** The Swarm replaces its tasks itself, one after another, so that nothing has to be down before. */
export function updateSteps(manifest: Manifest, change: Change, needs: readonly string[]): readonly Step[] {
  const { key, service, host, release, before } = change
  const { healthDeadlineMs, stableMs, consecutive, probeIntervalMs } = manifest.timing
  const command = updateTo(manifest, change, change)
  const back =
    before.release === null || before.digest === null
      ? null
      : updateTo(manifest, change, { ...before, release: before.release, digest: before.digest })
  const update = step(`${key}.update`, 3, command, needs, {
    leaves: `every task of ${service} on ${host} is ${release}`,
    undo: back,
    risk: 'disruptive',
    deadlineMs: command.followMs + 30_000,
    estimateMs: 20_000,
  })
  const health = step(`${key}.health`, 3, { kind: 'service.health', service, host, release }, [update.id], {
    leaves: `${service} on ${host} is healthy and its tasks stay the same`,
    deadlineMs: healthDeadlineMs + 10_000,
    estimateMs: Math.max(stableMs, consecutive * probeIntervalMs) + 500,
  })
  return [update, health, ...backInTraffic(manifest, change, health.id)]
}

type To = Pick<Change, 'release' | 'digest' | 'image' | 'references'>

function updateTo(manifest: Manifest, { service, host }: Change, to: To): Update {
  const { maxParallel: parallelism, kind = 'web' } = manifest.services[service] ?? {}
  return {
    kind: 'service.update',
    service,
    host,
    release: to.release,
    digest: to.digest,
    ...specOf(to),
    ...(parallelism === undefined ? {} : { parallelism }),
    ...(kind === 'web' ? {} : { stopFirst: true as const }),
    monitorMs: manifest.timing.stableMs,
    followMs: Math.max(600_000, 5 * manifest.timing.healthDeadlineMs),
  }
}

function specOf({ digest, image, references }: Pick<To, 'digest' | 'image' | 'references'>) {
  const reference = referenceOf(image, digest)
  return {
    ...(reference === null ? {} : { image: reference }),
    ...(references === undefined ? {} : { references }),
  }
}

/** Stop, point and start on a Swarm: what is put into its spec stands in the plan, and its tasks take their time. */
export function forSwarm(manifest: Manifest, change: Change, steps: readonly Step[]): readonly Step[] {
  if (!isOnSwarm(manifest, change)) return steps
  const deadlineMs = manifest.timing.healthDeadlineMs + 60_000
  return steps.map(one => {
    const { command, undo } = one
    if (command.kind === 'service.start') return { ...one, deadlineMs: Math.max(one.deadlineMs, deadlineMs) }
    if (command.kind !== 'service.point') return one
    const back =
      undo?.kind === 'service.point' ? { ...undo, ...specOf({ ...change.before, digest: undo.digest }) } : undo
    return { ...one, command: { ...command, ...specOf(change) }, undo: back }
  })
}

/** Configs and secrets that were recorded with the target and are others today: it runs with the recorded ones again. */
export function referenceLines(facts: Facts, target: LedgerEntry, changes: readonly Change[]): readonly string[] {
  return changes.flatMap(({ key }) => {
    const now = facts.services[key]?.observed.references
    const recorded = target.services[key]?.references
    if (now === undefined || recorded === undefined) return []
    const told = [
      ...exchanged('config', names(now, 'configs'), names(recorded, 'configs')),
      ...exchanged('secret', names(now, 'secrets'), names(recorded, 'secrets')),
    ]
    return told.length === 0 ? [] : [`${key}: ${told.join(', ')}, as recorded with ${target.version}`]
  })
}

function names(references: SwarmReferences, kind: keyof SwarmReferences): readonly string[] {
  return references[kind].map(({ name }) => name)
}

function exchanged(kind: string, now: readonly string[], recorded: readonly string[]): readonly string[] {
  return [
    ...recorded.filter(name => !now.includes(name)).map(name => `${kind} ${name} comes back`),
    ...now.filter(name => !recorded.includes(name)).map(name => `${kind} ${name} goes`),
  ]
}
