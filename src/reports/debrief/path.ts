import { scenarioOf } from '../../state/drill/play/due.ts'
import { byTime, type Journaled } from '../../state/drill/score/journaled.ts'
import type { Score } from '../../state/drill/score/score.ts'
import type { Line } from '../../state/event.ts'
import type { Plan } from '../../state/plan.ts'
import type { PhaseNumber } from '../../state/phases.ts'
import { phaseName } from '../../state/phases.ts'
import { facts, list, type Section } from '../block.ts'
import { sinceText } from './words.ts'

/** A good way through it, as the scenario has it, beside the way that was taken. Nobody matches them line by line but people. */
export function pathSection(score: Score, drill: Journaled, played: readonly Journaled[]): Section {
  const { expected, made } = score.decision
  const path = scenarioOf(drill.state)?.expected.path ?? []
  const way = wayOf(byTime(played), score.first?.at ?? null)
  return {
    title: 'The expected path, beside what was done',
    blocks: [
      facts(
        ['Expected decision', expected],
        [
          'Decided',
          made.map(({ choice, severity, by }) => `${choice} (${severity}, ${by})`).join('; then ') || 'nothing',
        ],
      ),
      { kind: 'text', text: 'A good way through it:' },
      list(path, 'The scenario names no path.'),
      { kind: 'text', text: 'What was done:' },
      list(way, 'Nothing.'),
    ],
  }
}

function wayOf(lines: readonly Line[], first: string | null): readonly string[] {
  const phases = new Map<string, PhaseNumber>()
  const plans = new Map<string, Plan>()
  const begun = new Set<string>()
  return lines.flatMap(({ ts, event, actor, run }): readonly string[] => {
    const at = (text: string): readonly string[] => [`${sinceText(first, ts)} ${text}`.trim()]
    if (event.kind === 'run.opened') return at(`${actor.name} opened a run`)
    if (event.kind === 'decision.made') {
      const { severity, choice, reason } = event.decision
      return at(`${actor.name} decided: ${severity}, ${choice} (${reason})`)
    }
    if (event.kind === 'plan.proposed' || event.kind === 'plan.revised') {
      plans.set(run, event.plan)
      for (const { id, phase } of event.plan.steps) phases.set(`${run} ${id}`, phase)
    }
    if (event.kind === 'plan.withdrawn') return at(`${actor.name} withdrew the plan`)
    if (event.kind === 'plan.revised') return at(`${actor.name}: ${event.why}`)
    if (event.kind === 'plan.approved') return at(`${actor.name} approved ${planWords(plans.get(run))}`)
    if (event.kind === 'step.skipped') return at(`${actor.name} skipped ${event.step}`)
    if (event.kind === 'step.begun') {
      const phase = phases.get(`${run} ${event.step}`)
      if (phase === undefined || begun.has(`${run} ${phase}`)) return []
      begun.add(`${run} ${phase}`)
      return at(`${phaseName(phase)} began`)
    }
    if (event.kind === 'validation.accepted')
      return at(`${actor.name} accepted the result${event.reason === null ? '' : ` over: ${event.reason}`}`)
    if (event.kind === 'run.closed') return at(`closed: ${event.outcome}`)
    return []
  })
}

function planWords(plan: Plan | undefined): string {
  return plan === undefined ? 'a plan' : `the plan from ${plan.from} to ${plan.target.version}, ${plan.order}`
}
