import { attemptsOf } from '../../state/attempts.ts'
import { scenarioOf } from '../../state/drill/play/due.ts'
import type { Journaled } from '../../state/drill/score/journaled.ts'
import type { Score } from '../../state/drill/score/score.ts'
import { learn } from '../../state/learning/propose.ts'
import type { Proposal } from '../../state/learning/proposal.ts'
import { changeText, standingOf } from '../../state/learning/standing.ts'
import { asked, list, row, table, type Block, type Section } from '../block.ts'
import { taught } from '../taught.ts'

/** What people wrote down, what the console saw, what it proposes for astern.yaml; and what only people can say. */
export function alongSection(score: Score, drill: Journaled, played: readonly Journaled[]): Section {
  const scenario = scenarioOf(drill.state)
  const lessons = played.flatMap(({ state }) => state.lessons ?? []).filter(({ lessons: text }) => text.trim() !== '')
  const observed = drill.state.drill?.observations ?? []
  const otherwise = played.flatMap(({ state, lines }) => taught(state, lines, attemptsOf(lines)))
  return {
    title: 'What to take along',
    blocks: [
      ...named(
        'Lessons, as they were written in phase 6:',
        lessons.map(({ lessons: text, by }) => `${text} (${by})`),
      ),
      ...named(
        'Observed by whoever looked on:',
        observed.map(({ text, by }) => `${text} (${by})`),
      ),
      ...named('What went otherwise than planned:', otherwise),
      ...proposals(score, played),
      { kind: 'text', text: 'To be talked about now, while it is fresh:' },
      asked(
        ...(scenario?.objectives ?? []).map(objective => `What everybody was to learn: ${objective}. Did they`),
        'What surprised you',
        'Where did the console, the runbook or the dashboards lead you astray',
        'What would have gone otherwise at night, with one person less',
        'What is done before the next drill; each with owner and due date',
      ),
    ],
  }
}

function named(title: string, items: readonly string[]): readonly Block[] {
  return [{ kind: 'text', text: title }, list(items, 'None.')]
}

/** Beside each what was injected while it was seen: what a fault on purpose brought about may be no reason to change anything. */
function proposals(score: Score, played: readonly Journaled[]): readonly Block[] {
  const rows = played.flatMap(run =>
    proposalsOf(run).map(proposal => {
      const { word, says } = standingOf(run.state, proposal, undefined)
      const answer = word === 'open' ? `astern learn ${run.state.run?.id ?? ''} --accept ${proposal.id}` : says
      return row([changeText(proposal), proposal.why, meanwhile(score, run, proposal), word, answer])
    }),
  )
  const head = ['change of astern.yaml', 'why', 'injected meanwhile', 'answer', 'how']
  return [{ kind: 'text', text: 'Proposed for astern.yaml:' }, table(head, rows, 'Nothing.')]
}

function proposalsOf({ state, lines }: Journaled): readonly Proposal[] {
  return (state.learnt ?? learn(lines, []))?.proposals ?? []
}

function meanwhile({ injected }: Score, { state, lines }: Journaled, { evidence }: Proposal): string {
  const times = evidence.flatMap(({ run, seq }) => (run === state.run?.id ? (lines[seq - 1]?.ts ?? []) : []))
  const there = injected.filter(
    ({ at, goneAt }) => at !== null && times.some(time => at <= time && (goneAt === null || time <= goneAt)),
  )
  return there.map(({ what }) => what).join(', ') || 'nothing'
}
