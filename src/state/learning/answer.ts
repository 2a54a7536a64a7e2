import type { Ask, Decided } from '../intent.ts'
import type { RunState } from '../run-state.ts'

const nothing = 'This run proposes no change of astern.yaml that waits for an answer.'

/** A person takes a proposal, leaves it for now, or turns it down for good. The file is written by whoever took it. */
export function answerProposal(state: RunState, ask: Extract<Ask, { kind: 'answer proposal' }>): Decided {
  const { id, answer } = ask
  const proposal = state.learnt?.proposals.find(one => one.id === id)
  if (proposal === undefined) return refused('proposal', id === '' ? nothing : `There is no proposal ${id}.`)
  if (state.answered[id]?.written?.ok === true) return refused('written', 'It stands in the file already.')
  if (answer === 'accept' && proposal.change.kind === 'look')
    return refused('look', 'What to write there is yours to say: change the file by hand.')
  const reason = ask.reason.trim()
  if (answer === 'never' && reason === '')
    return refused('reason', 'Turning it down for good needs a reason: it is not proposed again.')
  return { ok: true, events: [{ kind: 'proposal.answered', id, answer, reason }] }
}

export function tellProposal(
  { answered }: RunState,
  { id, written, says }: Extract<Ask, { kind: 'tell proposal' }>,
): Decided {
  const now = answered[id]
  if (now?.answer !== 'accept' || now.written?.ok === true) return refused('proposal', `Nobody is to write ${id}.`)
  return { ok: true, events: [{ kind: 'proposal.written', id, written, says }] }
}

function refused(code: string, reason: string): Decided {
  return { ok: false, refusal: { code, reason } }
}
