import { basename, join } from 'node:path'
import { readJournalOf } from '../client/read-run.ts'
import { sha256 } from '../client/sha256.ts'
import { invitation } from '../reports/invitation.ts'
import { takeRunLock } from '../runners/lock/run-lock.ts'
import { drillPrefix } from '../state/drill/prefix.ts'
import type { RunEvent } from '../state/event.ts'
import type { MessageCommand } from '../state/message.ts'
import type { Booking } from '../state/review.ts'
import { isLate, proposeReviewAt, zoneOf } from '../state/review-date.ts'
import type { RunState } from '../state/run-state.ts'
import { timeOf } from '../state/times.ts'
import { errand } from './errand.ts'
import { exitCode } from './exit-codes.ts'
import { findRun } from './find-run.ts'
import type { Flags } from './flags.ts'
import { lastBooking, type Booked } from './review-bookings.ts'
import { answer, answerJson, talk, tell } from './talk.ts'
import { writeReport } from './files.ts'

/**
 * The post-mortem of a closed run: when it is, or booked for another time, or called off. A closed run takes no lines, so each
 * change is an errand of its own, and the number of the next invitation comes from those there are (ADR 33).
 */
export async function review(flags: Flags, run?: string): Promise<number> {
  const found = await findRun(flags, run)
  if (!found.ok) return (tell(found.fault), exitCode.usage)
  const read = await readJournalOf(found.value)
  if (!read.ok) return (tell(read.fault), exitCode.short)
  const { state } = read.value
  const contradiction = contradictionIn(flags, state)
  if (contradiction !== null) return (talk(`astern: ${contradiction.says}`), contradiction.code)
  const lock = await takeRunLock(found.value)
  if (!lock.ok) return (tell(lock.fault), exitCode.refused)
  try {
    const before = await lastBooking(found.value, state)
    if (flags.cancel !== true && flags.at === undefined && flags.owner === undefined) return show(flags, state, before)
    return await change(flags, found.value, state, before)
  } finally {
    await lock.value.release()
  }
}

type Refused = { readonly says: string; readonly code: number }

function contradictionIn({ at, owner, cancel, reason }: Flags, { run, closed }: RunState): Refused | null {
  const usage = (says: string): Refused => ({ says, code: exitCode.usage })
  if (cancel === true && (at !== undefined || owner !== undefined))
    return usage('--cancel calls it off: it takes neither --at nor --owner.')
  if (cancel === true && (reason ?? '').trim() === '')
    return usage('--cancel wants --reason WHY: who is invited reads it.')
  const wanted = at === undefined ? undefined : timeOf(at)
  if (wanted === null) return usage('--at is a time in UTC, as "2026-11-24 14:00" or 2026-11-24T14:00:00Z.')
  if (wanted !== undefined && wanted <= new Date().toISOString()) return usage('--at is a time to come.')
  return closed === null
    ? {
        says: `run ${run?.id ?? ''} goes on: book it there, in phase 6 (w), once more for another time, or call it off.`,
        code: exitCode.refused,
      }
    : null
}

function show(flags: Flags, state: RunState, booked: Booked | null): number {
  if (flags.json === true) answerJson(booked === null ? null : { ...booked })
  else if (booked === null) answer(`no post-mortem is booked; proposed: --at ${proposed(state)}`)
  else
    answer(
      booked.cancelled
        ? `called off (it was to be ${booked.at}); proposed: --at ${proposed(state)}`
        : `${booked.at}, ${booked.owner} leads it (invitation ${booked.sequence})`,
    )
  return exitCode.reached
}

function proposed(state: RunState): string {
  return proposeReviewAt(state.decision?.severity ?? 'SEV-2', new Date().toISOString(), zoneOf(state))
}

async function change(flags: Flags, directory: string, state: RunState, before: Booked | null): Promise<number> {
  const isCancelled = flags.cancel === true
  if (isCancelled && (before === null || before.cancelled)) {
    talk('astern: no post-mortem is booked that could be called off.')
    return exitCode.refused
  }
  const at = timeOf(flags.at ?? '') ?? before?.at ?? proposed(state)
  const owner = flags.owner ?? before?.owner ?? state.run?.by.name ?? ''
  const sequence = before === null ? 0 : before.sequence + 1
  const booking = { at, owner, sequence, isCancelled }
  const now = new Date().toISOString()
  const text = invitation(state, now, booking)
  const file = await writeReport(directory, `post-mortem-${sequence}.ics`, text)
  const of = basename(directory)
  const told = { of, file, at, owner, sha256: sha256(text), sequence }
  const event: RunEvent = isCancelled
    ? { kind: 'review.cancelled', ...told, reason: flags.reason ?? '' }
    : { kind: 'review.booked', ...told }
  const fault = await tellByMail(state, booking, now, event, flags.reason ?? '')
  if (fault !== null) tell(fault)
  answer(`${isCancelled ? `called off: ${at}` : `booked for ${at}, ${owner} leads it`}: ${join(directory, file)}`)
  if (!isCancelled && isLate(state.decision?.severity ?? 'SEV-2', state.closed?.at ?? now, at, zoneOf(state)))
    talk(`astern: that is later than a post-mortem should be: ${proposed(state)} would have been in time.`)
  return fault === null ? exitCode.reached : exitCode.short
}

/** To every address that is told of the run; the public is not invited. */
async function tellByMail(state: RunState, booking: Booking, now: string, event: RunEvent, reason: string) {
  const { run } = state
  if (run === null) return null
  const mails = Object.entries(run.manifest.notify).flatMap(([channel, one]): MessageCommand[] => {
    if (one.kind !== 'email' || one.audience === 'public') return []
    const { from, to } = one
    const method = booking.isCancelled === true ? 'CANCEL' : 'REQUEST'
    const text = invitation(state, now, { ...booking, mail: { from, to } })
    return [
      {
        ...letter(state, booking, reason),
        channel,
        delivery: `${run.id}.review.${booking.sequence}.${channel}`,
        invitation: { method, text },
      },
    ]
  })
  return errand({ manifest: run.manifest, file: run.manifestFile }, `review ${run.id}`, mails, [event])
}

function letter({ run, decision }: RunState, { at, owner, isCancelled }: Booking, reason: string) {
  const when = `${at.slice(0, 10)} at ${at.slice(11, 16)} UTC`
  const why = reason === '' ? '' : ` ${reason}`
  const what = isCancelled === true ? 'post-mortem called off' : 'post-mortem'
  return {
    kind: 'message.send',
    moment: 'review',
    subject: `${drillPrefix(run)}${decision?.severity ?? ''} ${run?.environment ?? ''}: ${what}`,
    text:
      isCancelled === true
        ? `The post-mortem on ${when} does not take place.${why}`
        : `The post-mortem is on ${when}; ${owner} leads it.${why} The invitation is attached.`,
  } as const
}
