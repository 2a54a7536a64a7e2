import type { ConfigSeen, Configured, Facts, InstanceKey, LedgerEntry } from '../facts.ts'
import type { PlanOptions } from '../plan.ts'
import { differencesOf } from './differences.ts'
import type { Change } from './steps.ts'

/** How the configuration that a release was recorded with can be had. */
export type Choice =
  /** Today's is the same, but for secret values at the most: these are always today's. */
  | { readonly kind: 'same' }
  | { readonly kind: 'there'; readonly from: Configured; readonly today: string; readonly secrets: readonly string[] }
  | { readonly kind: 'not there'; readonly why: string }

/** With `recorded`: each container is made as another one was, that stands beside it and still has the recorded values. */
export function withConfiguration(
  facts: Facts,
  target: LedgerEntry,
  options: PlanOptions,
  changes: readonly Change[],
): readonly Change[] {
  if (options.configuration !== 'recorded') return changes
  return changes.map(change => {
    const choice = choiceOf(facts, target, change.key)
    if (choice.kind !== 'there') return change
    const { from, today, secrets } = choice
    return { ...change, configuration: { of: from.id, instead: today, secrets } }
  })
}

export function configurationBlockers(
  facts: Facts,
  target: LedgerEntry,
  options: PlanOptions,
  changes: readonly Change[],
): readonly string[] {
  if (options.configuration !== 'recorded') return []
  return changes.flatMap(({ key }) => {
    const choice = choiceOf(facts, target, key)
    return choice.kind === 'not there'
      ? [
          `${key}: the configuration recorded with ${target.version} cannot be taken: ${choice.why}. Take today's (leave --configuration out), or create a container of ${target.version} by hand as it was, do not start it, and plan again`,
        ]
      : []
  })
}

/** Values are in no record (ADR 11): only a container has them. */
export function choiceOf(facts: Facts, { version, services }: LedgerEntry, key: InstanceKey): Choice {
  const fact = facts.services[key]
  const recorded = services[key]
  const { today, secrets: secret, stopped } = fact?.configurations ?? {}
  if (today === undefined || secret === undefined || stopped === undefined || recorded === undefined)
    return { kind: 'same' }
  const now = fact?.observed.config
  if (today === null) return notThere('nothing stands in its place, so there are no secret values of today to keep')
  if (recorded.config === undefined || now === undefined) return notThere(`it was not recorded with ${version}`)
  const { config, digest } = recorded
  if (differencesOf(config, now, secret).length === 0) return { kind: 'same' }
  const secrets = Object.keys(config.env).filter(name => secret.includes(name))
  const missing = secrets.filter(name => now.env[name] === undefined)
  if (missing.length > 0)
    return notThere(`secret values are always today's, and today there is no env ${missing.join(', ')}`)
  const alike = stopped.filter(one => one.digest === digest && isSame(one.config, config, secret))
  const from = alike.find(({ lacks }) => lacks.length === 0)
  if (from !== undefined) return { kind: 'there', from, today, secrets }
  const [near] = alike
  return notThere(
    near === undefined
      ? 'values are kept in no record, and no stopped container on its host has them'
      : `container ${near.name} has it, and needs what is gone (${near.lacks.join(', ')})`,
  )
}

function notThere(why: string): Choice {
  return { kind: 'not there', why }
}

function isSame(one: ConfigSeen, other: ConfigSeen, secrets: readonly string[]): boolean {
  return one.key === other.key && differencesOf(one, other, secrets).length === 0
}
