import type { RunState } from '../run-state.ts'
import { clockText } from '../times.ts'
import { pointsText } from './hint.ts'
import type { Scenario, Targets } from './scenario.ts'

const names: Readonly<Record<keyof Targets, string>> = {
  detectMs: 'detected',
  declareMs: 'declared',
  decideMs: 'decided',
  mitigateMs: 'mitigated',
  verifyMs: 'verified',
  firstMessageMs: 'first message',
  longestSilenceMs: 'longest silence',
}

/** `detected within 2:00`, of those that are given. */
export function targetWords({ targets }: Scenario): readonly string[] {
  const keys = Object.keys(names) as (keyof Targets)[]
  return keys.flatMap(key => {
    const ms = targets[key]
    return ms === null ? [] : [`${names[key]} within ${clockText(ms)}`]
  })
}

export function stopWords({ stopConditions }: Scenario): readonly string[] {
  return stopConditions.map(condition =>
    condition.kind === 'seen'
      ? `somebody sees: ${condition.text}`
      : `${condition.check} fails for ${clockText(condition.failsForMs)}`,
  )
}

/** Each with its cost, and who took it. For whoever leads the drill. */
export function hintWords({ hints }: Scenario, { drill }: RunState): readonly string[] {
  return hints.map(({ text, cost }, index) => {
    const taken = drill?.hints.find(({ hint }) => hint === index)
    return `${text} (${pointsText(cost)}${taken === undefined ? '' : `, taken by ${taken.by}`})`
  })
}

export function roleWords({
  roles: { owner, coordinator, reporter, observers, expertAbsent },
}: Scenario): readonly string[] {
  const watching = observers.length === 0 ? '' : ` Observers: ${observers.join(', ')}.`
  return [
    `Owner: ${owner}. Coordinator: ${coordinator}. Reporter: ${reporter}.${watching}`,
    ...(expertAbsent ? ['Whoever knows the system best does not play.'] : []),
  ]
}
