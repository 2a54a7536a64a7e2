import { instanceKey, type Facts, type InstanceKey, type LedgerEntry, type Observed, type Recorded } from '../facts.ts'
import type { Manifest } from '../manifest.ts'
import type { Plan, PlanOptions } from '../plan.ts'
import { choiceOf } from './configuration.ts'
import { usersOf } from './order.ts'
import { parentsOf } from './sharing.ts'
import type { Change } from './steps.ts'

/** What has to be stopped and started: what differs from the target, and whoever would meet a changing schema. */
export function changesTo(
  facts: Facts,
  manifest: Manifest,
  target: LedgerEntry,
  options: PlanOptions,
  databases: readonly string[],
): readonly Change[] {
  const users = usersOf(manifest, databases)
  const wanted = (service: string): boolean => options.services.length === 0 || options.services.includes(service)
  const instances = Object.entries(manifest.services).flatMap(([service, { hosts }]) =>
    hosts.map(host => ({ service, host })),
  )
  const changes = instances.flatMap(({ service, host }): readonly Change[] => {
    const key = instanceKey({ service, host })
    const before = facts.services[key]?.observed
    const to = target.services[key]
    if (before === undefined || to === undefined) return []
    const differs =
      before.state !== 'running' ||
      before.release !== to.release ||
      before.digest !== to.digest ||
      (options.configuration === 'recorded' && choiceOf(facts, target, key).kind !== 'same')
    if (differs && wanted(service)) return [{ key, service, host, before, ...to }]
    return users.includes(service) && before.state === 'running'
      ? [{ key, service, host, before, ...asItIs(before, to) }]
      : []
  })
  return withSharers(facts, manifest, target, changes)
}

/** With --service: what is not as the target has it, and stays so. */
export function leftAside(
  facts: Facts,
  target: LedgerEntry,
  changes: readonly Change[],
  { services }: PlanOptions,
): readonly string[] {
  if (services.length === 0) return []
  return Object.entries(facts.services)
    .filter(([key, { observed }]) => {
      const to = target.services[key as InstanceKey]
      if (to === undefined || (observed.release === to.release && observed.digest === to.digest)) return false
      const change = changes.find(one => one.key === key)
      return change === undefined || change.digest !== to.digest
    })
    .map(([key]) => key)
    .sort()
}

/** A container that uses a namespace of one that is replaced is made anew with it, be it the same release. */
function withSharers(
  facts: Facts,
  manifest: Manifest,
  target: LedgerEntry,
  changes: readonly Change[],
): readonly Change[] {
  const known = new Set<string>(changes.map(({ key }) => key))
  const more = Object.entries(manifest.services).flatMap(([service, { hosts }]) =>
    hosts.flatMap((host): readonly Change[] => {
      const key = instanceKey({ service, host })
      const before = facts.services[key]?.observed
      const to = target.services[key]
      const parents = parentsOf(facts, manifest, service, host)
      if (known.has(key) || before?.state !== 'running' || to === undefined) return []
      return parents.some(parent => known.has(instanceKey({ service: parent, host })))
        ? [{ key, service, host, before, ...asItIs(before, to) }]
        : []
    }),
  )
  return more.length === 0 ? changes : withSharers(facts, manifest, target, [...changes, ...more])
}

function asItIs(before: Observed, to: Recorded): Recorded {
  return { ...to, release: before.release ?? to.release, digest: before.digest ?? to.digest }
}

export function changesOf(changes: readonly Change[]): Plan['changes'] {
  return changes.map(({ key, before, release, digest }) => ({
    instance: key,
    from: before.release,
    to: release,
    digest,
  }))
}

/** What a reader may expect to change, and does not. */
export function untouchedBy(
  facts: Facts,
  target: LedgerEntry,
  changes: readonly Change[],
  options: PlanOptions,
): readonly string[] {
  const left = leftAside(facts, target, changes, options)
  const changed = new Set<string>(changes.map(({ key }) => key))
  const same = Object.entries(facts.services).filter(([key]) => !changed.has(key))
  const services = same.map(([key, { observed }]) => {
    const wanted = target.services[key as InstanceKey]
    if (wanted === undefined) return `${key}: not recorded with ${target.version}`
    return left.includes(key)
      ? `${key} runs ${observed.release ?? 'nothing'} and stays so: --service leaves it out`
      : `${key} runs ${observed.release ?? 'nothing'} already`
  })
  const onSwarm = changes.some(({ references }) => references !== undefined)
  const data = options.preserveData ? ['every database: nothing is written'] : []
  return [
    ...services,
    ...data,
    options.configuration === 'recorded'
      ? 'secret values among the environment variables of the services: they stay as they are today'
      : `environment variables ${onSwarm ? '' : 'and secrets '}of the services: they stay as they are today`,
    ...(onSwarm
      ? ['of services on a Swarm: mounts, networks, ports, limits, placement and how many tasks there are']
      : []),
    'files outside the release directories, and volumes of containers',
  ]
}
