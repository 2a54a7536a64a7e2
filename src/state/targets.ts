import type { Candidate } from './plan.ts'
import { candidatesOf } from './planner/candidates.ts'
import type { RunState } from './run-state.ts'

/** What a plan's target can be chosen among: as the plan has it; where there is no plan, as it was seen in phase 1. */
export function targetsOf({ plan, facts, run }: RunState): readonly Candidate[] {
  if (plan?.plan.candidates !== undefined) return plan.plan.candidates
  return facts === null || run === null ? [] : candidatesOf(facts, run.manifest, run.options)
}

/** `1.2.1: in the ledger and images, complete on every host, known to work 2026-11-18 10:00 UTC` */
export function candidateText(candidate: Candidate): string {
  const { version, found, knownGoodAt, target } = candidate
  const parts = [
    `${target ? 'the target now; ' : ''}${found.length === 0 ? 'not found' : `in ${listed(found)}`}`,
    completeText(candidate),
    knownGoodAt === null ? '' : `known to work ${knownGoodAt.slice(0, 16).replace('T', ' ')} UTC`,
  ]
  return `${version}: ${parts.filter(part => part !== '').join(', ')}${whyNotText(candidate)}`
}

function completeText({ complete, cannot }: Candidate): string {
  if (complete === true) return 'complete on every host'
  return cannot === null ? 'not looked for beyond its hosts yet' : ''
}

function whyNotText({ target, passedOver, cannot }: Candidate): string {
  if (cannot !== null) return `; cannot be taken: ${cannot}`
  return passedOver === null || target ? '' : `; passed over: ${passedOver}`
}

function listed(places: Candidate['found']): string {
  const words = places.map(place => (place === 'ledger' ? 'the ledger' : place))
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`
}
