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
  const { lost, unclear } = await lookAtLocks(desk, locksTaken(desk), hostOf(step.command))
  if (lost === null) return unclear?.probed ?? null
  await desk.write([{ kind: 'held', reason: lost, by: 'engine' }])
  return 'held'
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
  let lost: string | null = null
  const own = hostOf(step.command)
  const look = async (): Promise<Fault | null> => {
    const locks = locksTaken(desk).filter(({ host }) => own === null || host === own)
    const looked = await lookAtLocks(desk, locks, own)
    lost ??= looked.lost
    if (lost !== null) return leftOff(step, lost)
    return looked.unclear === null ? null : doubtful(step, looked.unclear)
  }
  return {
    lost: () => lost,
    asks: async () => {
      if (lost !== null) return leftOff(step, lost)
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

type LookedAt = { readonly host: string; readonly probed: Probed }

/** `lost`: what is said of one that is lost; `unclear`: that of the step's own host, which cannot be looked at. */
async function lookAtLocks(
  desk: Pick<Desk, 'lookAtLock'>,
  locks: readonly LockTake[],
  own: string | null,
): Promise<{ readonly lost: string | null; readonly unclear: LookedAt | null }> {
  const looks = locks.map(async (lock): Promise<LookedAt> => ({ host: lock.host, probed: await desk.lookAtLock(lock) }))
  const looked = await Promise.all(looks)
  const lost = looked.find(({ probed }) => probed.verdict === 'not yet')
  const unclear = looked.find(({ host, probed }) => host === own && probed.verdict === 'unclear')
  return { lost: lost === undefined ? null : lostWords(lost), unclear: unclear ?? null }
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
  if (command.kind === 'database.program') return command.place.kind === 'release' ? command.place.host : null
  return 'host' in command ? command.host : null
}

function lostWords({ host, probed }: LookedAt): string {
  return `the environment's lock on ${host} is no longer held by this run (${probed.says})`
}

function leftOff({ title }: Step, why: string): Fault {
  return {
    code: notOurs,
    what: `${title} was left off: ${why}`,
    means: 'What was done of it until then stands; nothing further was.',
    next: 'Ask whoever has it now what they do, before anything is tried again here.',
  }
}

function doubtful({ title }: Step, { host, probed }: LookedAt): Fault {
  return {
    code: 'step.whose',
    what: `${title} was left off: whether this run still holds the environment's lock on ${host} cannot be told (${probed.says})`,
    means: 'What was done of it until then stands; nothing further was.',
    next: `Make ${host} reachable and retry: it is looked at first.`,
  }
}
