import type { Actor, Line, RunEvent } from '../../state/event.ts'
import { decide } from '../../state/decide.ts'
import type { Fault } from '../../state/fault.ts'
import type { Intent, Refusal } from '../../state/intent.ts'
import { nextWork } from '../../state/next.ts'
import type { RunState } from '../../state/run-state.ts'
import type { Signal } from '../../state/signal.ts'
import { stageOf } from '../../state/steps.ts'
import type { Work } from '../../state/work.ts'
import { JournalFailed } from '../journal/journal.ts'
import type { Desk } from './desk.ts'
import { observeTargets, type Observer } from './observe.ts'
import { carryOut } from './work.ts'

export type Engine = {
  /** An intent from a console whose person is known. Null: taken. */
  readonly intend: (intent: Intent, actor: Actor, console: string) => Promise<Refusal | null>
  /** A console that held the helm is gone. */
  readonly left: (console: string) => Promise<void>
  /** Resolves when the run is closed, or when the journal cannot be written any more. */
  readonly done: Promise<void>
}

export type Publish = {
  readonly signals: (signals: readonly Signal[]) => void
  readonly failed: (fault: Fault) => void
}

/** The loop: ask the core what there is to do, do it, and ask again whenever something is durable. */
export function runEngine(desk: Desk, publish: Publish): Engine {
  const inFlight = new Map<string, Promise<void>>()
  const stopping = new AbortController()
  const ended = Promise.withResolvers<void>()
  let observer: Observer | null = null
  // Set when the last line is about to be written: nothing may come after it.
  let sealed = false

  const start = (work: Work): void => {
    // Nothing is written after the last line: who watches stops before it.
    if (work.kind === 'close') sealed = true
    const quiet = work.kind === 'close' ? Promise.resolve(observer?.stop()) : Promise.resolve()
    const carried = quiet
      .then(() => carryOut(desk, work, () => observer?.flush() ?? [], stopping.signal))
      .catch(error => failed(error))
      .finally(() => {
        inFlight.delete(work.id)
        turn()
      })
    inFlight.set(work.id, carried)
  }
  const turn = (): void => {
    if (stopping.signal.aborted) return
    const state = desk.state()
    if (state.closed !== null) return stop()
    if (state.facts !== null && observer === null)
      observer = observeTargets({
        ...watching(desk),
        onSignals: signals => publish.signals(desk.mask(signals)),
        onEvents: write,
      })
    for (const work of nextWork(state, desk.now().toISOString())) if (!inFlight.has(work.id)) start(work)
  }
  const write = (events: readonly RunEvent[]): void => {
    if (!sealed && !stopping.signal.aborted) desk.write(events).then(turn, failed)
  }
  const failed = (error: unknown): void => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    if (error instanceof JournalFailed) {
      publish.failed(error.fault)
      return stop()
    }
    process.exitCode = 70
    stop()
  }
  const stop = (): void => {
    if (stopping.signal.aborted) return
    stopping.abort()
    Promise.resolve(observer?.stop()).then(() => ended.resolve(), ended.reject)
  }

  turn()
  const inOrder = ordering(failed)
  return {
    intend: intending(desk, turn, inOrder),
    left: leaving(desk, turn, failed, inOrder, () => sealed),
    done: ended.promise,
  }
}

function watching(desk: Desk) {
  const manifest = desk.state().run?.manifest
  if (manifest === undefined) throw new Error('the run is not open')
  return { manifest, looks: desk.acts, now: desk.now, mask: desk.mask, stage: () => stageOf(desk.state()) }
}

type InOrder = <T>(work: () => Promise<T>) => Promise<T>

/**
 * One intent after the other, and consoles that leave among them: each is decided on the state that the one before it
 * left. Else the helm could be given to a console that has just gone, and stay with it.
 */
function ordering(failed: (error: unknown) => void): InOrder {
  let before: Promise<unknown> = Promise.resolve()
  return work => {
    const done = before.then(work)
    before = done.catch(failed)
    return done
  }
}

function intending(desk: Desk, turn: () => void, inOrder: InOrder): Engine['intend'] {
  return (intent, actor, console) => {
    const asker = { name: actor.name, uid: actor.uid, console, epoch: intent.epoch }
    return inOrder(async (): Promise<Refusal | null> => {
      // A console may have read a line from the file before its sync was over: then wait for that.
      if (intent.seenSeq > desk.state().seq) await desk.write([])
      const answer = decide(desk.state(), intent, asker, { now: desk.now().toISOString(), hash: desk.hash })
      if (!answer.ok) return answer.refusal
      if (answer.events.length > 0) await desk.write(answer.events, actor)
      turn()
      return null
    })
  }
}

function leaving(
  desk: Desk,
  turn: () => void,
  failed: (error: unknown) => void,
  inOrder: InOrder,
  isSealed: () => boolean,
): Engine['left'] {
  return console =>
    inOrder(async () => {
      const event = leavingEvent(desk.state(), console)
      if (event !== null && !isSealed()) await desk.write([event]).then(turn, failed)
    })
}

/** What is lost with a console: the helm, or the asking for it. */
function leavingEvent({ helm: { epoch, holder, asked } }: RunState, console: string): RunEvent | null {
  if (holder?.console === console) return { kind: 'helm.left', epoch, console }
  return asked?.console === console ? { kind: 'helm.unasked', console, name: asked.name } : null
}

/** After a restart: what was running when the engine ended is unknown until looked at, and nobody is at the helm. */
export function recoveryEvents(lines: readonly Line[], desk: Pick<Desk, 'state'>): readonly RunEvent[] {
  if (lines.length === 0) return []
  const { steps, helm } = desk.state()
  const running = Object.values(steps).filter(({ status }) => status === 'running')
  const doubts = running.map(
    ({ id, attempt }): RunEvent => ({ kind: 'step.unknown', step: id, attempt, why: 'the engine ended' }),
  )
  const left: RunEvent[] =
    helm.holder === null ? [] : [{ kind: 'helm.left', epoch: helm.epoch, console: helm.holder.console }]
  return [...doubts, ...left]
}
