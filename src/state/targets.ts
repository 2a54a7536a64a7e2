import type { Candidate } from './plan.ts'
import { candidatesOf } from './planner/candidates.ts'
import type { RunState } from './run-state.ts'

/** What a plan's target can be chosen among: as the plan has it; where there is no plan, as it was seen in phase 1. */
export function targetsOf({ plan, facts, run }: RunState): readonly Candidate[] {
  if (plan?.plan.candidates !== undefined) return plan.plan.candidates
  return facts === null || run === null ? [] : candidatesOf(facts, run.manifest, run.options)
}

/** `1.2.1: in the ledger and images, complete on every host, known to work 2026-11-18 10:00 UTC` */
export function candidateText({
  version,
  found,
  complete,
  knownGoodAt,
  target,
  passedOver,
  cannot,
}: Candidate): string {
  const marks = [
    `${target ? 'the target now; ' : ''}${found.length === 0 ? 'not found' : `in ${listed(found)}`}`,
    cannot === null && complete !== true
      ? 'not looked for beyond its hosts yet'
      : complete === true
        ? 'complete on every host'
        : '',
    knownGoodAt === null ? '' : `known to work ${knownGoodAt.slice(0, 16).replace('T', ' ')} UTC`,
  ]
  const why =
    cannot === null
      ? passedOver === null || target
        ? ''
        : `; passed over: ${passedOver}`
      : `; cannot be taken: ${cannot}`
  return `${version}: ${marks.filter(mark => mark !== '').join(', ')}${why}`
}

function listed(places: Candidate['found']): string {
  const words = places.map(place => (place === 'ledger' ? 'the ledger' : place))
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`
}
