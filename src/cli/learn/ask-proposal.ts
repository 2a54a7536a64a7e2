import type { Ask } from '../../state/intent.ts'
import { changeText } from '../../state/learning/standing.ts'
import type { RunState } from '../../state/run-state.ts'
import { offersFor } from './offers.ts'

export type Asks = {
  readonly asked: (what: string, otherwise: string) => Promise<string>
  readonly talk: (text: string) => void
}

/** The next change that nobody has answered (what only a person can write is told at the end), with its evidence and its lines; null: there is none. */
export async function askProposal({ learnt, answered, run }: RunState, { asked, talk }: Asks): Promise<Ask | null> {
  const open = (learnt?.proposals ?? []).filter(
    ({ id, change }) => answered[id] === undefined && change.kind !== 'look',
  )
  const offers = await offersFor(run?.manifestFile ?? '', open)
  for (const proposal of open) {
    const offer = offers.find(({ id }) => id === proposal.id)
    if (offer?.stands === 'there') continue
    const { id, why, evidence } = proposal
    talk(`\nastern.yaml: ${changeText(proposal)}`)
    talk(`  ${why}`)
    for (const { run: of, seq, says } of evidence) talk(`  ${of} line ${seq}: ${says}`)
    for (const line of offer?.diff ?? []) talk(`  ${line}`)
    const takes = offer?.stands === 'open'
    if (!takes) talk(`  It cannot be taken here: ${offer?.says ?? ''}`)
    const answer = await asked(takes ? 'accept, not now, never' : 'not now, never', 'not now')
    if (answer === 'never') return { kind: 'answer proposal', id, answer, reason: await asked('Because', '') }
    return { kind: 'answer proposal', id, answer: answer === 'accept' && takes ? 'accept' : 'not now', reason: '' }
  }
  return null
}
