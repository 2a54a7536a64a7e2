import type { Command } from '../../state/command.ts'
import type { Probed } from '../../state/facts.ts'
import type { Fault } from '../../state/fault.ts'
import type { Step } from '../../state/plan.ts'
import { notOurs, type Permit } from '../../targets/permit.ts'
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

/** A process that was stopped (SIGSTOP, a machine put to sleep) does not know it. Nobody takes a lock from it in less. */
export const freshMs = 1000

/**
 * To be made before a step's locks are looked at: asks for its own host's again (for every host's, where it has none) once that is
 * `freshMs` ago, by a clock that goes on while this process, or its machine, sleeps. What was lost stays lost for this permit; a host
 * that cannot be looked at is asked anew with the next call.
 */
export function stillOurs(desk: Pick<Desk, 'lookAtLock' | 'mono' | 'state'>, step: Step): Ownership {
  let lookedAt = desk.mono()
  let lost: Probed | null = null
  const own = hostOf(step.command)
  const look = async (): Promise<Fault | null> => {
    const locks = locksTaken(desk).filter(({ host }) => own === null || host === own)
    const looks = locks.map(async lock => ({ host: lock.host, probed: await desk.lookAtLock(lock) }))
    const looked = await Promise.all(looks)
    const gone = looked.find(({ probed }) => probed.verdict === 'not yet')
    if (gone !== undefined) lost = { ...gone.probed, says: lostWords(gone.host, gone.probed) }
    if (lost !== null) return leftOff(step, lost.says)
    const unclear = looked.find(({ host, probed }) => host === own && probed.verdict === 'unclear')
    return unclear === undefined ? null : doubtful(step, unclear.host, unclear.probed)
  }
  return {
    lost: () => lost?.says ?? null,
    asks: async () => {
      if (lost !== null) return leftOff(step, lost.says)
      const asked = desk.mono()
      if (needsNoLock(step.command) || asked - lookedAt < freshMs) return null
      const fault = await look()
      if (fault === null) lookedAt = asked
      return fault
    },
  }
}

/** `lost`: why the run is to hold; null: nothing was lost that was asked about. */
export type Ownership = { readonly lost: () => string | null; readonly asks: Permit['stillOurs'] }

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
  if (command.kind === 'database.program') return command.place.kind === 'release' ? command.place.host : null
  return 'host' in command ? command.host : null
}

function lostWords(host: string, { says }: Probed): string {
  return `the environment's lock on ${host} is no longer held by this run (${says})`
}

function leftOff({ title }: Step, why: string): Fault {
  return {
    code: notOurs,
    what: `${title} was left off: ${why}`,
    means: 'What was done of it until then stands; nothing further was.',
    next: 'Find out who has the environment (astern status) before anything is tried again.',
  }
}

function doubtful({ title }: Step, host: string, { says }: Probed): Fault {
  return {
    code: 'step.whose',
    what: `${title} was left off: whether this run still holds the environment's lock on ${host} cannot be told (${says})`,
    means: 'What was done of it until then stands; nothing further was.',
    next: `Make ${host} reachable and retry: it is looked at first.`,
  }
}
