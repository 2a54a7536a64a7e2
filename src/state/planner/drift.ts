import type { Facts, InstanceKey, LedgerEntry } from '../facts.ts'
import type { PlanOptions } from '../plan.ts'
import { choiceOf } from './configuration.ts'
import { differencesOf } from './differences.ts'
import type { Change } from './steps.ts'

/** What people changed of a container since the target was recorded, which of both is taken, and how to take the other. */
export function driftLines(
  facts: Facts,
  target: LedgerEntry,
  options: PlanOptions,
  changes: readonly Change[],
): readonly string[] {
  return changes.flatMap(({ key }) => {
    const recorded = target.services[key]
    const now = facts.services[key]?.observed.config
    if (now === undefined || recorded === undefined) return []
    const before = recorded.config
    if (before === undefined) return [`${key}: its configuration was not recorded with ${target.version}`]
    const differences = differencesOf(before, now)
    if (differences.length === 0) return []
    const secrets = facts.services[key]?.configurations?.secrets.filter(name => now.env[name] !== undefined) ?? []
    const kept = secrets.length === 0 ? '' : `; secret values are there, and stay today's: ${secrets.join(', ')}`
    return [
      `${key}: since ${target.version} was recorded, ${differences.join(', ')}; ${takenOf(facts, target, options, key)}${kept}`,
    ]
  })
}

function takenOf(facts: Facts, target: LedgerEntry, options: PlanOptions, key: InstanceKey): string {
  const choice = choiceOf(facts, target, key)
  const there = choice.kind === 'there'
  if (options.configuration !== 'recorded')
    return there ? `today's is taken (--configuration recorded takes that of ${choice.from.name})` : "today's is taken"
  if (choice.kind === 'same') return "today's is taken"
  return there ? `the recorded one is taken, as container ${choice.from.name} has it` : 'the recorded one is not there'
}
