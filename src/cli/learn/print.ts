import type { Offer } from '../../state/learning/offer.ts'
import type { Proposal } from '../../state/learning/proposal.ts'
import { changeText, standingOf } from '../../state/learning/standing.ts'
import type { RunState } from '../../state/run-state.ts'
import { oneLine } from '../../state/text.ts'
import type { Flags } from '../flags.ts'
import { answer, answerJson } from '../talk.ts'

export type Shown = {
  readonly file: string
  readonly state: RunState
  readonly proposals: readonly Proposal[]
  readonly offers: readonly Offer[]
}

/** Each proposal with how it stands, its evidence and its lines; as JSON the same. */
export function printProposals({ file, state, proposals, offers }: Shown, flags: Flags): void {
  const all = proposals.map(proposal => {
    const offer = offers.find(({ id }) => id === proposal.id)
    return { proposal, offer, standing: standingOf(state, proposal, offer) }
  })
  const run = state.run?.id ?? ''
  if (flags.json === true)
    return answerJson({
      run,
      file,
      proposals: all.map(({ proposal, offer, standing }) => ({ ...proposal, standing, diff: offer?.diff ?? [] })),
    })
  if (all.length === 0) return answer(`Run ${run} gave no reason to change ${file}.`)
  for (const { proposal, offer, standing } of all) {
    const { id, why, evidence } = proposal
    answer(`${id}   ${standing.word}${standing.says === '' ? '' : `: ${standing.says}`}`)
    answer(`  ${changeText(proposal)}`)
    answer(`  ${why}`)
    for (const { run: of, seq, says } of evidence) answer(`  ${of} line ${seq}: ${oneLine(says, 300)}`)
    if (standing.word === 'open') for (const line of offer?.diff ?? []) answer(`  ${line}`)
    answer('')
  }
  const open = all.filter(({ standing }) => standing.word === 'open').map(({ proposal }) => proposal.id)
  if (open.length > 0) answer(`Take one: astern learn ${run} --accept ${open[0] ?? ''}`)
}
