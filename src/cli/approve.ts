import { createInterface } from 'node:readline/promises'
import { isEngineAlive } from '../client/alive.ts'
import { readJournalOf } from '../client/read-run.ts'
import type { Session } from '../client/session.ts'
import { gateOf } from '../state/gates.ts'
import type { Refusal } from '../state/intent.ts'
import { planLines } from '../state/plan-lines.ts'
import { isDestructive } from '../state/plan.ts'
import type { PlanState } from '../state/run-state.ts'
import { when } from './ends.ts'
import { consoleSession } from './console-session.ts'
import { exitCode } from './exit-codes.ts'
import { findRun } from './find-run.ts'
import type { Flags } from './flags.ts'
import { answer, talk, tell } from './talk.ts'

/** The second approval of a plan that wants two, by somebody who does not take the helm. */
export async function approve(flags: Flags, run?: string): Promise<number> {
  const found = await findRun(flags, run)
  if (!found.ok) return (tell(found.fault), exitCode.usage)
  const read = await readJournalOf(found.value)
  if (!read.ok) return (tell(read.fault), exitCode.refused)
  const { state } = read.value
  const id = state.run?.id ?? ''
  if (!(await isEngineAlive(found.value)))
    return refused(`The engine of run ${id} is not running. Whoever has the helm goes on with: astern attach ${id}`)
  if (gateOf(state)?.kind !== 'second person' || state.plan === null)
    return refused(`Run ${id} does not wait for a second person. See where it stands with: astern status ${id}`)
  const { plan, hash, signed } = state.plan
  answer(planLines(plan, hash).join('\n'))
  talk(`\n${signed?.by ?? ''} approved this plan at ${signed?.at ?? ''}. It is carried out once you approve it too.`)
  const typed = await namesTyped(state.plan, flags)
  if (typeof typed === 'string') return refused(typed)
  const session = consoleSession(found.value, 'helm')
  try {
    const refusal = await send(session, { hash, typed, seen: state.seq })
    if (refusal !== null) return refused(refusal.reason)
    answer(`plan ${hash} of run ${id} is approved: it is carried out now`)
    return exitCode.reached
  } finally {
    session.close()
  }
}

type Approval = { readonly hash: string; readonly typed: readonly string[]; readonly seen: number }

async function send(session: Session, { hash, typed, seen }: Approval): Promise<Refusal | null> {
  await when(
    session,
    ({ connection, run: { seq, closed } }) => (connection.engine === 'live' && seq >= seen) || closed !== null,
  )
  return session.send({ kind: 'approve as second', hash, typed }, `second person ${hash}`)
}

/** On a terminal they are asked for; elsewhere they were given with the hash of the plan they are meant for. A text: why not. */
async function namesTyped({ plan, hash }: PlanState, flags: Flags): Promise<readonly string[] | string> {
  const names = [plan.typed.environment, ...plan.typed.databases]
  if (!process.stdin.isTTY) {
    const wants = [
      ...names.map(name => `--confirm ${name}`),
      ...(isDestructive(plan) ? [`--confirm-plan ${hash}`] : []),
    ]
    const given = flags.confirm ?? []
    return names.every(name => given.includes(name)) && (!isDestructive(plan) || flags.confirmPlan === hash)
      ? given
      : `Without a terminal it wants ${wants.join(' ')}`
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const typed: string[] = []
  try {
    for (const name of names)
      typed.push((await lines.question(`Type ${name} to approve (anything else does not): `)).trim())
    return typed
  } finally {
    lines.close()
  }
}

function refused(why: string): number {
  talk(`astern: ${why}`)
  return exitCode.refused
}
