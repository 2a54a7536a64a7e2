import { engineActor } from '../../state/actors.ts'
import { checksOf } from '../../state/check.ts'
import { isTry } from '../../state/command.ts'
import type { CheckSuite, RunEvent } from '../../state/event.ts'
import type { Fault } from '../../state/fault.ts'
import { messageFacts } from '../../state/message-facts.ts'
import { wordsOf } from '../../state/messages.ts'
import type { DueMessage } from '../../state/outbox.ts'
import type { Step } from '../../state/plan.ts'
import { nextSequence, reviewDue, type Booking } from '../../state/review.ts'
import type { Work } from '../../state/work.ts'
import { gatherFacts } from './gather.ts'
import type { Desk } from './desk.ts'
import { dispatch } from './dispatch.ts'
import { proposeChanges } from './propose-changes.ts'
import { rehearsePlan } from './rehearse-plan.ts'
import { proposePlan } from './planning.ts'
import { maskFault, runStep } from './step.ts'
import { runSuite } from './suite.ts'
import { forTheRecord } from '../../state/for-the-record.ts'
import { proposeSeverity } from '../../state/planner/severity.ts'

/** Carries out one piece of work and returns when its last event is durable. */
export async function carryOut(
  desk: Desk,
  work: Work,
  flush: () => readonly RunEvent[],
  signal: AbortSignal,
): Promise<void> {
  switch (work.kind) {
    case 'identify':
      return identify(desk)
    case 'assess':
      return assess(desk, signal)
    case 'plan':
      return proposePlan(desk)
    case 'rehearse':
      return rehearsePlan(desk)
    case 'record':
      await desk.write(work.events, desk.state().run?.by ?? engineActor)
      return
    case 'queue':
      return queue(desk, work.messages)
    case 'step':
      await runStep(desk, work.step)
      return tellConflicts(desk, work.step)
    case 'look':
      return look(desk, work.step)
    case 'checks':
      return checksAfter(desk, work.after, flush, signal)
    case 'learn':
      return proposeChanges(desk)
    case 'book':
      return book(desk)
    case 'report':
      return report(desk)
    case 'close': {
      const { outcome, why } = desk.state().closing ?? { outcome: 'short' as const, why: '' }
      await desk.write([...flush(), { kind: 'run.closed', outcome, why }])
      return
    }
  }
}

async function identify(desk: Desk): Promise<void> {
  const hosts = Object.keys(manifestOf(desk).hosts)
  const ids = await Promise.all(
    hosts.map(async (host): Promise<[string, string | null]> => {
      const id = await desk.acts.services.hostId(host)
      return [host, id.ok ? id.value : null]
    }),
  )
  await desk.write([{ kind: 'hosts.identified', ids: Object.fromEntries(ids) }])
}

async function assess(desk: Desk, signal: AbortSignal): Promise<void> {
  const manifest = manifestOf(desk)
  await suite(desk, 'baseline', signal)
  const facts = forTheRecord(await gatherFacts(manifest, desk.acts, desk.mask, desk.now, { backups: 'judged' }))
  const baseline = Object.values(desk.state().suites.baseline?.results ?? {})
  await desk.write([{ kind: 'facts.gathered', facts, proposed: proposeSeverity(facts, manifest, baseline) }])
}

/** The watch over what was started last, then the same suite as before. */
async function checksAfter(
  desk: Desk,
  after: string | null,
  flush: () => readonly RunEvent[],
  signal: AbortSignal,
): Promise<void> {
  const { timing } = manifestOf(desk)
  const watchMs = desk.state().run?.options.emergency === true ? timing.watchMs / 5 : timing.watchMs
  if (after !== null) await until(new Date(after).getTime() + watchMs, desk.now, signal)
  if (signal.aborted) return
  await desk.write(flush())
  await suite(desk, 'after', signal)
}

function suite(desk: Desk, name: CheckSuite, signal: AbortSignal): Promise<void> {
  return runSuite(desk, name, checksOf(manifestOf(desk), name), signal)
}

/** Values that a return left aside, because their rows had changed: in the record, and not only in the database. */
async function tellConflicts(desk: Desk, { id, command }: Step): Promise<void> {
  const status = desk.state().steps[id]?.status
  const isReturn = command.kind === 'database.put-back' || command.kind === 'database.salvage'
  if (!isReturn || (status !== 'ok' && status !== 'already')) return
  const found = await desk.acts.databases[command.database]?.conflicts(desk.context)
  if (found?.ok !== true) return
  // The database has those of every table: each is told with its own, once.
  const own = found.value.filter(({ table }) => command.kind === 'database.salvage' || table === command.table)
  if (own.length === 0) return
  await desk.write([
    { kind: 'conflicts.found', database: command.database, conflicts: own.map(conflict => ({ ...conflict })) },
  ])
}

async function queue(desk: Desk, due: readonly DueMessage[]): Promise<void> {
  const now = desk.now().toISOString()
  const events = due.map(({ id, channel, audience, moment }): RunEvent => {
    const state = desk.state()
    const { subject, text } = wordsOf(moment, state, now, audience)
    const invitation = moment === 'review' ? invitationFor(desk, channel, now) : null
    const delivery = `${desk.context.run}.${id}`.replaceAll(/[^\w.-]/g, '_')
    return {
      kind: 'message.queued',
      id,
      audience,
      command: {
        kind: 'message.send',
        channel,
        delivery,
        moment,
        subject,
        text,
        facts: messageFacts(moment, state, now, audience),
        ...(invitation == null ? {} : { invitation }),
      },
    }
  })
  await desk.write(events)
}

function invitationFor(desk: Desk, channel: string, now: string) {
  return desk.writers.invitationFor(desk.state(), now, manifestOf(desk).notify[channel])
}

/** What an unknown step turned out to be. One that looking cannot settle waits for a person. */
export async function look(desk: Desk, step: Step): Promise<void> {
  const attempt = desk.state().steps[step.id]?.attempt ?? 1
  if (isTry(step.command)) {
    await desk.write([
      {
        kind: 'step.probed',
        step: step.id,
        attempt,
        verdict: 'not yet',
        says: 'only looked; looks again',
        observed: null,
      },
    ])
    return
  }
  const { verdict, says, observed } = await dispatch(desk, step.command).probe(step.command)
  const probed: RunEvent = {
    kind: 'step.probed',
    step: step.id,
    attempt,
    verdict: unclearByKey(step, verdict),
    says: desk.mask(says),
    observed,
  }
  const settled: RunEvent = {
    kind: 'step.settled',
    step: step.id,
    attempt,
    outcome: 'already',
    says: desk.mask(says),
    observed,
    fault: null,
    output: null,
  }
  await desk.write(verdict === 'holds' ? [probed, settled] : [probed])
}

/** Sent again under the same key, the receiver counts it once: no need to know. */
function unclearByKey(step: Step, verdict: 'holds' | 'not yet' | 'unclear'): 'holds' | 'not yet' | 'unclear' {
  return verdict === 'unclear' && step.repeat === 'by key' ? 'not yet' : verdict
}

async function book(desk: Desk): Promise<void> {
  const state = desk.state()
  const { lessons, review, calledOff } = state
  const sequence = nextSequence(state)
  const write = (code: string, what: string, booking: Booking) =>
    attempt(desk, code, what, () =>
      desk.writers.invitation(state, desk.context.directory, desk.now().toISOString(), booking),
    )
  if (reviewDue(state) === 'cancel' && review !== null && calledOff !== null) {
    const { at, owner } = review
    const what = 'That the post-mortem is called off could not be written'
    const written = await write('review.not-cancelled', what, { at, owner, sequence, isCancelled: true })
    if (written === null) return
    await desk.write([{ kind: 'review.cancelled', ...written, at, owner, sequence, reason: calledOff.reason }])
  } else if (lessons !== null) {
    const { reviewAt: at, owner } = lessons
    const written = await write('review.not-booked', 'The invitation to the post-mortem could not be written', {
      at,
      owner,
      sequence,
    })
    if (written !== null) await desk.write([{ kind: 'review.booked', ...written, at, owner, sequence }])
  }
}

async function report(desk: Desk): Promise<void> {
  const written = await attempt(desk, 'report.not-written', 'The incident document could not be written', () =>
    desk.writers.report(desk.journal.lines, desk.context.directory),
  )
  if (written !== null) await desk.write([{ kind: 'report.written', ...written }])
}

function attempt<T>(desk: Desk, code: string, what: string, make: () => Promise<T>): Promise<T | null> {
  const means = 'The rollback itself is not touched; the checklist shows the item red.'
  const next = `Look at ${desk.context.directory}, then: astern report ${desk.context.run}`
  return orFault(desk, { code, what, means, next }, make)
}

/** What cannot be written down is told of, and keeps nothing from going on. */
export async function orFault<T>(desk: Desk, fault: Fault, make: () => Promise<T>): Promise<T | null> {
  try {
    return await make()
  } catch (error) {
    const detail = String(error instanceof Error ? error.message : error)
    await desk.write([{ kind: 'fault.seen', fault: maskFault({ ...fault, detail }, desk.mask) }])
    return null
  }
}

function manifestOf(desk: Desk) {
  const run = desk.state().run
  if (run === null) throw new Error('the run is not open')
  return run.manifest
}

function until(time: number, now: () => Date, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, Math.max(0, time - now().getTime()))
  signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  return promise
}
