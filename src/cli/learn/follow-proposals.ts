import { stat } from 'node:fs/promises'
import type { Session } from '../../client/session.ts'
import type { Proposal } from '../../state/learning/proposal.ts'
import type { ConsoleState } from '../../state/store.ts'
import { when } from '../ends.ts'

/**
 * This console's part in what a run taught: each proposal is shown against the file as it is, and what was accepted is written by
 * whoever is at the helm, here, with their own rights (ADR 34). Accepted and not written yet, it is written by the next one there.
 */
export function followProposals(session: Session): () => void {
  const { getState, subscribe } = session.store
  const refused = new Set<string>()
  let [busy, looked] = [false, '']
  const turn = async (): Promise<void> => {
    const { run } = getState()
    if (busy || run.run === null || run.learnt === null || run.learnt.proposals.length === 0) return
    busy = true
    try {
      // What reads and writes the file is slow to load, and wanted only at a run's end.
      const [{ offersFor }, { takeProposal }] = await Promise.all([import('./offers.ts'), import('./take-proposal.ts')])
      const file = run.run.manifestFile
      for (let due = dueOf(getState(), refused); due !== null; due = dueOf(getState(), refused)) {
        const taken = await takeProposal(file, due)
        if ((await session.send({ kind: 'tell proposal', id: due.id, ...taken }, null)) !== null) refused.add(due.id)
        else await when(session, state => dueOf(state, refused)?.id !== due?.id)
      }
      const seen = `${run.last['proposals.made'] ?? 0} ${await stampOf(file)}`
      if (seen !== looked) session.offer(await offersFor(file, run.learnt.proposals))
      looked = seen
    } finally {
      busy = false
    }
  }
  void turn()
  return subscribe(() => void turn())
}

/** What was accepted and is this console's to write: it is at the helm, and its engine there to be told. */
function dueOf({ run, me, connection }: ConsoleState, refused: ReadonlySet<string>): Proposal | null {
  if (me.role !== 'helm' || run.helm.holder?.console !== me.console || connection.engine !== 'live') return null
  const due = run.learnt?.proposals.find(({ id }) => {
    const answered = run.answered[id]
    return answered?.answer === 'accept' && answered.written === null && !refused.has(id)
  })
  return due ?? null
}

/** Another one whenever the file has changed. */
async function stampOf(file: string): Promise<string> {
  const seen = await stat(file).catch(() => null)
  return seen === null ? 'gone' : `${seen.ino} ${seen.mtimeMs} ${seen.size}`
}
