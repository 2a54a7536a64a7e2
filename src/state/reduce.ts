import type { Blocked } from './blocked.ts'
import type { Line, RunEvent } from './event.ts'
import { isDrillEvent } from './drill/play/event.ts'
import { reduceDrill } from './drill/play/reduce.ts'
import { reduceHelm } from './reduce-helm.ts'
import { reducePlan } from './reduce-plan.ts'
import { openSteps, type StepsAfter } from './reduce-step.ts'
import { isSignalLine, reduceSignals, type SignalLine } from './reduce-signals.ts'
import type { RunState } from './run-state.ts'

export const initialState: RunState = {
  run: null,
  seq: 0,
  at: '',
  last: {},
  intents: [],
  engine: null,
  helm: { epoch: 0, holder: null },
  moved: null,
  hostIds: null,
  facts: null,
  proposed: null,
  decision: null,
  message: null,
  plan: null,
  planFault: null,
  steps: {},
  blocking: {},
  endings: [],
  held: null,
  suites: { baseline: null, after: null },
  accepted: null,
  messages: {},
  signals: {},
  sums: {},
  down: {},
  notes: [],
  lessons: null,
  review: null,
  calledOff: null,
  report: null,
  learnt: null,
  answered: {},
  conflicts: [],
  signed: {},
  faults: [],
  recovered: [],
  closing: null,
  closed: null,
}

/** The state after one more line. The engine and every console fold with this and nothing else. */
export function reduce(state: RunState, line: Line): RunState {
  return reduceAmong(state, line, openSteps())
}

function reduceAmong(state: RunState, line: Line, stepsAfter: StepsAfter): RunState {
  const next = stepped(state, [line])
  return { ...next, ...change(next, line, line.event, stepsAfter) }
}

function stepped(state: RunState, lines: readonly Line[]): RunState {
  const last = { ...state.last }
  for (const { event, seq } of lines) last[event.kind] = seq
  const { seq, ts: at } = lines.at(-1) ?? { seq: state.seq, ts: state.at }
  return { ...state, seq, at, last }
}

/** The same as one line after the other, and quicker: where many of them follow each other that tell of targets, and where steps are many. */
export function fold(state: RunState, lines: readonly Line[]): RunState {
  const stepsAfter = openSteps()
  let now = state
  for (let next = 0; next < lines.length; ) {
    const signals = signalsFrom(lines, next)
    const line = signals.at(-1) ?? lines[next]
    if (line === undefined) break
    now =
      signals.length > 1
        ? { ...stepped(now, signals), ...reduceSignals(now, signals) }
        : reduceAmong(now, line, stepsAfter)
    next += Math.max(1, signals.length)
  }
  return now
}

function signalsFrom(lines: readonly Line[], from: number): readonly SignalLine[] {
  const signals: SignalLine[] = []
  for (let next = from; next < lines.length; next += 1) {
    const line = lines[next]
    if (line === undefined || !isSignalLine(line)) break
    signals.push(line)
  }
  return signals
}

export function replay(lines: readonly Line[]): RunState {
  return fold(initialState, lines)
}

function bookedBy({
  file,
  at,
  owner,
  sha256,
  sequence = 0,
}: Extract<RunEvent, { kind: 'review.booked' | 'review.cancelled' }>) {
  return { file, at, owner, sha256, sequence }
}

const intentsKept = 200

function change(state: RunState, line: Line, event: RunEvent, stepsAfter: StepsAfter): Partial<RunState> {
  const by = line.actor.name
  const at = line.ts
  if (isDrillEvent(event)) return { drill: reduceDrill(state.drill, event, line) }
  switch (event.kind) {
    case 'run.opened': {
      const { purpose, environment, manifest, manifestFile, options, confirmed, headless } = event
      const header = { purpose, environment, class: event.class, manifest, manifestFile, options, confirmed, headless }
      const timezone = event.timezone ?? null
      const drill = event.drill === undefined ? {} : { drill: event.drill }
      const breaks = event.breaks ?? null
      return { run: { ...header, timezone, breaks, ...drill, id: line.run, openedAt: at, by: line.actor } }
    }
    case 'intent.taken':
      return { intents: [...state.intents.slice(-intentsKept), event.id] }
    case 'engine.started':
      return { engine: { pid: event.pid, version: event.version, since: at } }
    case 'journal.recovered':
      return { recovered: [...state.recovered, { droppedBytes: event.droppedBytes, at }] }
    case 'helm.taken':
    case 'helm.left':
    case 'helm.asked':
    case 'helm.given':
    case 'helm.kept':
    case 'helm.unasked':
      return { helm: reduceHelm(state.helm, event, line) }
    case 'run.moved':
      return moved(state, event, at)
    case 'hosts.identified':
      return { hostIds: event.ids }
    case 'facts.gathered':
      return { facts: event.facts, proposed: event.proposed }
    case 'decision.made':
      return { decision: { ...event.decision, by, at } }
    case 'rehearsal.asked':
      return { rehearsing: true }
    case 'rehearsal.ended':
      return { rehearsing: false }
    case 'plan.proposed':
    case 'plan.failed':
    case 'plan.signed':
    case 'plan.approved':
    case 'plan.revised':
    case 'plan.withdrawn':
      return reducePlan(state, event, line)
    case 'step.begun':
    case 'step.probed':
    case 'step.settled':
    case 'step.unknown':
    case 'step.retried':
    case 'step.skipped':
      return { steps: stepsAfter(state.steps, event, line) }
    case 'sessions.blocking':
      return { blocking: { ...state.blocking, [event.database]: blockedOf(event) } }
    case 'sessions.named': {
      const { step, attempt, database, sessions } = event
      return { endings: [...state.endings, { step, attempt, database, sessions, by, at }] }
    }
    case 'held':
      return { held: { reason: event.reason, by: event.by, since: at } }
    case 'resumed':
      return { held: null }
    case 'checks.started':
      return suite(state, event.suite, { running: true, startedAt: at, endedAt: null, results: {} })
    case 'check.settled': {
      const now = state.suites[event.suite]
      if (now === null) return {}
      return suite(state, event.suite, { ...now, results: { ...now.results, [event.result.name]: event.result } })
    }
    case 'checks.ended': {
      const now = state.suites[event.suite]
      return now === null ? {} : suite(state, event.suite, { ...now, running: false, endedAt: at })
    }
    case 'validation.accepted':
      return { accepted: { by, at, reason: event.reason } }
    case 'message.queued':
      return { messages: { ...state.messages, [event.id]: { command: event.command, audience: event.audience, at } } }
    case 'message.edited':
      return { message: { subject: event.subject, text: event.text } }
    case 'signal.changed':
    case 'signal.summed':
      return reduceSignals(state, [{ ...line, event }])
    case 'note.added':
      return { notes: [...state.notes, { by, at, text: event.text }] }
    case 'lessons.added':
      return { lessons: { lessons: event.lessons, owner: event.owner, reviewAt: event.reviewAt, by, at } }
    case 'review.booked':
      return { review: bookedBy(event), calledOff: null, report: null }
    case 'review.withdrawn':
      return { calledOff: { reason: event.reason, by, told: null } }
    case 'review.cancelled':
      return {
        review: null,
        calledOff: { reason: event.reason, by: state.calledOff?.by ?? by, told: bookedBy(event) },
        report: null,
      }
    case 'report.written':
      return { report: { file: event.file, bytes: event.bytes, sha256: event.sha256, at } }
    case 'conflicts.found':
      return {
        conflicts: [...state.conflicts, ...event.conflicts.map(conflict => ({ database: event.database, conflict }))],
      }
    case 'proposals.made':
      return { learnt: { proposals: event.proposals, never: event.never } }
    case 'proposal.answered': {
      const { id, answer, reason } = event
      return { answered: { ...state.answered, [id]: { answer, reason, by, at, written: null } } }
    }
    case 'proposal.written':
      return { answered: withWritten(state.answered, event) }
    case 'item.signed':
      return { signed: { ...state.signed, [event.item]: { by, at, reason: event.reason } } }
    case 'fault.seen':
      return { faults: [...state.faults, event.fault] }
    case 'close.asked':
      return { closing: { outcome: event.outcome, why: event.why }, held: null }
    case 'run.closed':
      return { closed: { outcome: event.outcome, why: event.why, at }, helm: { epoch: state.helm.epoch, holder: null } }
  }
}

function blockedOf({ sessions, cannotEnd }: Blocked): Blocked {
  return { sessions, ...(cannotEnd === undefined ? {} : { cannotEnd }) }
}

function withWritten(
  answered: RunState['answered'],
  { id, written, says }: Extract<RunEvent, { kind: 'proposal.written' }>,
): RunState['answered'] {
  const before = answered[id]
  return before === undefined ? answered : { ...answered, [id]: { ...before, written: { ok: written, says } } }
}

/** What the lost bastion held is to be taken from it: by the run's own name, since that is what stands in the locks. */
function moved(
  state: RunState,
  { to, reason }: Extract<RunEvent, { kind: 'run.moved' }>,
  at: string,
): Partial<RunState> {
  const { run } = state
  const steps = Object.entries(state.steps).filter(([id]) => !id.endsWith('.lock'))
  return {
    moved: { on: to.on, at, reason },
    hostIds: null,
    steps: Object.fromEntries(steps),
    run: run === null ? null : { ...run, breaks: { run: run.id, reason } },
  }
}

function suite(state: RunState, name: 'baseline' | 'after', value: RunState['suites']['after']): Partial<RunState> {
  return { suites: { ...state.suites, [name]: value } }
}
