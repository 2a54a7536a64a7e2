import type { Facts, LedgerEntry } from '../facts.ts'
import type { Manifest } from '../manifest.ts'
import type { PlanOptions, Step } from '../plan.ts'
import { deployWarnings } from './deploying.ts'
import { few } from './few.ts'
import type { Judged } from './migrations.ts'
import { spaceBlockers, spaceWarnings } from './space.ts'
import { stopsFirst } from './start-first.ts'
import { movedNames, unprotected } from './protection.ts'
import type { Change } from './steps.ts'

/** Why this plan must not be approved. */
export function blockersOf(
  facts: Facts,
  migrations: readonly string[],
  databases: readonly string[],
  steps: readonly Step[],
): readonly string[] {
  const unreachable = Object.entries(facts.services).flatMap(([key, { observed }]) =>
    observed.state === 'unreachable' ? [`${key} cannot be reached: ${observed.note ?? ''}`] : [],
  )
  const space = databases.flatMap(name => {
    const { sizeBytes = null, freeBytes = null } = facts.databases[name] ?? {}
    return sizeBytes !== null && freeBytes !== null && freeBytes < sizeBytes
      ? [`no room for a safety copy of ${name}: ${sizeBytes} bytes are needed, ${freeBytes} are free`]
      : []
  })
  const changing = [
    'service.stop',
    'service.update',
    'database.statement',
    'database.program',
    'database.swap',
    'database.flashback',
  ]
  const nothing = steps.some(({ command }) => changing.includes(command.kind))
    ? []
    : ['there is nothing to change: the services that were named run the target already']
  return [...unreachable, ...migrations, ...space, ...spaceBlockers(steps, facts), ...nothing]
}

/** What the approving person should have read. */
export function warningsOf(
  facts: Facts,
  manifest: Manifest,
  judged: Judged,
  changes: readonly Change[],
  options: PlanOptions,
  target: LedgerEntry,
  steps: readonly Step[],
): readonly string[] {
  const down = changes.flatMap(({ key, before }) =>
    before.state === 'running' ? [] : [`${key} is ${before.state} now`],
  )
  const unproven = [...new Set(changes.map(({ service }) => service))].filter(
    service => manifest.services[service]?.health === null,
  )
  const frozen = Object.entries(facts.records).flatMap(([host, record]) =>
    'fault' in record || record.freeze === null
      ? []
      : [`${host} is frozen already, since ${record.freeze.since} by ${record.freeze.by}: ${record.freeze.reason}`],
  )
  const left = options.services.length === 0 ? [] : leftBehind(facts, manifest, changes)
  return [
    ...deployWarnings(facts),
    ...down,
    ...frozen,
    ...judged.warnings,
    ...movedNames(facts, target),
    ...around(facts, changes),
    ...spaceWarnings(steps, facts),
    ...unprotected(facts),
    ...(judged.compatibility === 'unknown' ? ['nothing says whether the old code can run on the new schema'] : []),
    ...unproven.map(service => `${service} has no health probe: it will be "unproven", never green`),
    ...stopsFirst(manifest, changes),
    ...left,
  ]
}

/** What is told of several services in the same words is told once. */
function around(facts: Facts, changes: readonly Change[]): readonly string[] {
  const told = new Map<string, string[]>()
  for (const { key } of changes)
    for (const text of facts.services[key]?.surroundings ?? []) told.set(text, [...(told.get(text) ?? []), key])
  return [...told].map(([text, keys]) => `${few(keys)}: ${text}`)
}

/** With --service: those that depend on what changes, or that it depends on, stay as they are. */
function leftBehind(facts: Facts, manifest: Manifest, changes: readonly Change[]): readonly string[] {
  const changed = new Set(changes.map(({ service }) => service))
  return Object.entries(manifest.services).flatMap(([service, { dependsOn }]) => {
    const meets = dependsOn.filter(name => changed.has(name))
    return changed.has(service) || meets.length === 0
      ? []
      : [
          `${service} depends on ${meets.join(', ')} and stays as it is (${Object.values(facts.services).length} services in all)`,
        ]
  })
}
