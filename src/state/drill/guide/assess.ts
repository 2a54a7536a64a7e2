import { changedSince } from '../../assessment.ts'
import { isBad } from '../../check-change.ts'
import type { Facts } from '../../facts.ts'
import type { RunState } from '../../run-state.ts'
import { counted, few, type GuideTold } from './told.ts'

export function opening({ run }: RunState, briefing: readonly string[]): GuideTold {
  const manifest = run?.manifest
  const services = counted(Object.keys(manifest?.services ?? {}).length, 'service')
  const databases = counted(Object.keys(manifest?.databases ?? {}).length, 'database')
  return {
    key: 'opening',
    what: 'Astern looks',
    now: [
      ...briefing,
      `Astern looks at ${services} and ${databases} of ${run?.environment ?? 'the environment'}, and runs the checks. Nothing is touched.`,
    ],
    next: 'Wait a moment: it goes on by itself, and then you decide.',
    why: ['Before anybody acts, everybody has to see the same picture. The clock of the incident runs from now on.'],
    good: [
      'You say on the call that a run is open, and that you are at the helm.',
      'While the checks run you ask what users see, and since when.',
    ],
    wrong: [
      'Restarting something on the side: the picture changes while it is taken, and the record has nothing of it.',
    ],
  }
}

export function deciding(run: RunState, briefing: readonly string[]): GuideTold {
  return {
    key: 'decide',
    what: 'decide',
    now: [...briefing, ...checks(run), ...changes(run), ...proposal(run)],
    next: 'Decide: the severity, what is done, why, and until when you try it.',
    why: [
      'Whoever decides late decides under more pressure. A decision can be taken back; the time without one cannot.',
      'The severity says who is woken. The choice says what is done. The reason is what the review reads first.',
    ],
    good: [
      'What was released, and what fails, began at the same time and have to do with each other: then you roll back, without knowing the bug.',
      'You ask once, aloud: does anybody strongly object? And you write down who does.',
      'You set a time to turn back. If it is not over by then, another way is taken.',
    ],
    wrong: [
      'Looking for the bug first. Users wait for that.',
      'Rolling back out of habit. Where nothing was released, or one host alone is ill, it costs an hour and mends nothing.',
      'A severity that is too low because it is night. It is lowered later more easily than raised.',
    ],
  }
}

function checks({ suites }: RunState): readonly string[] {
  const results = Object.values(suites.baseline?.results ?? {})
  if (results.length === 0) return ['No check has an answer yet.']
  const bad = results.filter(isBad)
  if (bad.length === 0) return [`All ${counted(results.length, 'check')} pass: what users see has to be asked.`]
  return few(
    bad.map(({ name }) => name),
    `${bad.length} of ${counted(results.length, 'check')} do not pass`,
  )
}

function changes({ facts }: RunState): readonly string[] {
  if (facts === null) return []
  const all = changedSince(facts).map(({ what }) => what)
  if (all.length > 0) return few(all, 'Other than when it was last known to work')
  return isRecorded(facts)
    ? [
        'Nothing is seen that is other than when it was last known to work: ask what else has changed before you roll back.',
      ]
    : ['No release is recorded as known to work, so there is nothing to compare with.']
}

function isRecorded({ records }: Facts): boolean {
  return Object.values(records).some(record => !('fault' in record) && record.ledger.some(({ good }) => good))
}

function proposal({ proposed }: RunState): readonly string[] {
  return proposed === null ? [] : [`Astern proposes ${proposed.severity}: ${proposed.why}. It is yours to say.`]
}
