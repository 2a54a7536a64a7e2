import type { Evidence } from '../../state/learning/proposal.ts'
import { changeText, standingOf } from '../../state/learning/standing.ts'
import type { Tone } from '../../state/lines.ts'
import type { RunState } from '../../state/run-state.ts'
import { row, table, type Section } from '../block.ts'

/** What was proposed for astern.yaml, on what evidence, and what people took. Nothing, where nothing was. */
export function learning(state: RunState): readonly Section[] {
  const proposals = state.learnt?.proposals ?? []
  if (proposals.length === 0) return []
  const rows = proposals.map(proposal => {
    const { word, says } = standingOf(state, proposal, undefined)
    const answered = says === '' ? word : `${word}: ${says}`
    return row([changeText(proposal), proposal.why, evidenceText(state, proposal.evidence), answered], toneOf(word))
  })
  return [
    {
      title: 'What this run taught: proposed changes to astern.yaml',
      blocks: [table(['change', 'why', 'evidence (line of the journal)', 'answer'], rows)],
    },
  ]
}

function evidenceText({ run }: RunState, evidence: readonly Evidence[]): string {
  return evidence.map(({ run: of, seq, says }) => `${of === run?.id ? '' : `${of} `}${seq}: ${says}`).join('; ')
}

function toneOf(word: ReturnType<typeof standingOf>['word']): Tone {
  if (word === 'in the file') return 'good'
  return word === 'not written' ? 'bad' : 'plain'
}
