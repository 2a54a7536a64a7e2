import { scenarioOf } from '../../state/drill/play/due.ts'
import { hintWords, roleWords, stopWords, targetWords } from '../../state/drill/scenario-words.ts'
import type { Scenario } from '../../state/drill/scenario.ts'
import type { RunState } from '../../state/run-state.ts'
import type { Panel } from '../panels/panel.ts'
import { paragraphs, part, row, type Row } from '../text/row.ts'

/** All of the scenario, what is still to come included: for whoever leads the drill, and nobody else. */
export const scenarioBox: Panel = ({ run }, _, width) => {
  const scenario = scenarioOf(run)
  if (scenario === null) return { title: 'Scenario', rows: [row('It was not read yet.')] }
  const title = paragraphs([scenario.title], width, 'title', '')
  return { title: 'Scenario', rows: [...title, ...scenarioRows(scenario, run, width)] }
}

function scenarioRows(scenario: Scenario, drill: RunState, width: number): readonly Row[] {
  const { briefing, objectives, expected } = scenario
  const { hosts, services, databases, channels } = scenario.blastRadius
  const list = (texts: readonly string[]): readonly Row[] => paragraphs(texts, width)
  return [
    ...part('Expected', [...paragraphs([expected.decision], width, 'title'), ...list(expected.path)]),
    ...part('Targets', list(targetWords(scenario))),
    ...part('Hints', list(hintWords(scenario, drill))),
    ...part('Seen by who leads it', list((drill.drill?.observations ?? []).map(({ text, by }) => `${by}: ${text}`))),
    ...part('It is halted when', list(stopWords(scenario))),
    ...part('May be hurt', list([[...hosts, ...services, ...databases, ...channels].join(', ')])),
    ...part('What they were told', list(briefing === null ? [] : [briefing])),
    ...part('What they are to learn', list(objectives)),
    ...part('Who does what', list(roleWords(scenario))),
  ]
}
