import type { Command } from '../../state/command.ts'
import type { Probed } from '../../state/facts.ts'
import type { Fault } from '../../state/fault.ts'
import type { Step } from '../../state/plan.ts'
import type { Permit } from '../../targets/permit.ts'
import type { Desk } from './desk.ts'

type LockTake = Extract<Command, { kind: 'lock.take' }>

/**
 * A lock is a check and not a fence: one that has vanished or changed hands holds the run before the next effect. One that
 * cannot be looked at keeps from work on its own host alone. Null: go on.
 */
export async function locksAmiss(desk: Desk, step: Step): Promise<'held' | Probed | null> {
  if (needsNoLock(step.command)) return null
  const looks = locksTaken(desk).map(async lock => ({ host: lock.host, probed: await desk.lookAtLock(lock) }))
  const looked = await Promise.all(looks)
  const lost = looked.find(({ probed }) => probed.verdict === 'not yet')
  if (lost !== undefined) {
    await desk.write([{ kind: 'held', reason: lostWords(lost.host, lost.probed), by: 'engine' }])
    return 'held'
  }
  const own = hostOf(step.command)
  return looked.find(({ host, probed }) => host === own && probed.verdict === 'unclear')?.probed ?? null
}

/** Of a step whose locks were lost while it was at work. What became of it is unknown, and looked at. */
export const notOurs = 'step.not-ours'

/** A process that was stopped (SIGSTOP, a machine put to sleep) does not know it. Nobody takes a lock from it in less. */
export const freshMs = 1000

/**
 * For a step whose locks were looked at just now: asks for its own host's again where that is `freshMs` ago, by a clock that goes on
 * while this process, or its machine, is stopped. Once it was lost, or could not be looked at, it stays so for this permit.
 */
export function stillOurs(desk: Pick<Desk, 'lookAtLock' | 'mono' | 'state'>, step: Step): Permit['stillOurs'] {
  let lookedAt = desk.mono()
  let lost: Fault | null = null
  return async () => {
    if (lost !== null || needsNoLock(step.command)) return lost
    const asked = desk.mono()
    if (asked - lookedAt < freshMs) return null
    const own = hostOf(step.command)
    const lock = locksTaken(desk).find(({ host }) => host === own)
    if (lock === undefined) return null
    const probed = await desk.lookAtLock(lock)
    if (probed.verdict !== 'holds') lost = stopped(step, lock.host, probed)
    lookedAt = asked
    return lost
  }
}

function needsNoLock({ kind }: Command): boolean {
  return kind.startsWith('lock.') || kind === 'message.send'
}

function locksTaken({ state }: Pick<Desk, 'state'>): readonly LockTake[] {
  const taken = Object.values(state().steps).filter(
    ({ id, status }) => id.endsWith('.lock') && (status === 'ok' || status === 'already'),
  )
  return taken.flatMap(({ command }) => (command?.kind === 'lock.take' ? [command] : []))
}

function hostOf(command: Command): string | null {
  return 'host' in command ? command.host : null
}

function lostWords(host: string, { says }: Probed): string {
  return `the environment's lock on ${host} is no longer held by this run (${says})`
}

function stopped({ title }: Step, host: string, probed: Probed): Fault {
  const why =
    probed.verdict === 'unclear'
      ? `whether this run still holds the environment's lock on ${host} cannot be told (${probed.says})`
      : lostWords(host, probed)
  return {
    code: notOurs,
    what: `${title} was left off: ${why}`,
    means: 'What was done of it until then stands; nothing further was.',
    next: 'Find out who has the environment (astern status) before anything is tried again.',
  }
}
