import { answerFor } from '../client/headless.ts'
import type { Session } from '../client/session.ts'
import { gateOf } from '../state/gates.ts'
import { versionsLine, versionsOf } from '../state/versions.ts'
import { proposeReviewAt, zoneOf } from '../state/review-date.ts'
import { exitCode } from './exit-codes.ts'
import type { Flags } from './flags.ts'
import { summarise } from './summary.ts'
import { closedCode, when } from './ends.ts'
import { talk } from './talk.ts'

/** Answers each gate by what was confirmed beforehand; holds, with exit 4, where a person is needed. */
export async function driveHeadless(session: Session, flags: Flags, directory: string): Promise<number> {
  for (;;) {
    await when(
      session,
      state => state.run.closed !== null || state.connection.engine === 'gone' || gateOf(state.run) !== null,
    )
    const { run, connection } = session.store.getState()
    if (run.closed !== null) return ended(session, flags, directory)
    if (connection.engine === 'gone') return engineGone(session, directory)
    const gate = gateOf(run)
    if (gate === null) continue
    const answer = answerFor(
      run,
      gate,
      proposeReviewAt(run.decision?.severity ?? 'SEV-2', new Date().toISOString(), zoneOf(run)),
    )
    if (answer.kind === 'hold') return holds(session, answer.why)
    if (answer.kind === 'wait') {
      await when(session, state => state.run.seq > run.seq || state.connection.engine === 'gone')
      continue
    }
    const refusal = await session.send(answer.ask, gate.id)
    if (refusal?.code === 'helm' && answer.ask.kind !== 'take the helm') return holds(session, refusal.reason)
    // Taken: its event comes. Refused: look again a moment later, the run may have moved on.
    const { now } = session.store.getState()
    await when(
      session,
      state => state.run.seq > run.seq || state.connection.engine === 'gone' || (refusal !== null && state.now !== now),
    )
  }
}

function ended(session: Session, flags: Flags, directory: string): number {
  const { run } = session.store.getState()
  summarise(run, flags, directory)
  return closedCode(run.closed?.outcome ?? 'short')
}

function holds(session: Session, why: string): number {
  const { run } = session.store.getState()
  const id = run.run?.id ?? ''
  const versions = versionsOf(run)
  talk(`astern: run ${id} is holding: ${why}.`)
  if (versions?.mixed === true) talk(`  versions are ${versionsLine(versions)}`)
  talk(`  next: astern attach ${id}    (or end it: astern stop ${id} --reason "...")`)
  return exitCode.holding
}

async function engineGone(session: Session, directory: string): Promise<number> {
  const { run, damage } = session.store.getState()
  if (damage !== null) talk(`astern: ${damage}`)
  talk(
    `astern: the engine of run ${run.run?.id ?? ''} has ended before the run did. What it did is in ${directory}/journal.jsonl.`,
  )
  talk(`  next: astern attach ${run.run?.id ?? ''}    (looks at what is in doubt first, then goes on)`)
  return exitCode.holding
}
