import type { Actor, Line, RunEvent } from '../../state/event.ts'
import { decide } from '../../state/decide.ts'
import type { Fault } from '../../state/fault.ts'
import type { Intent, Refusal } from '../../state/intent.ts'
import { nextWork } from '../../state/next.ts'
import type { RunState } from '../../state/run-state.ts'
import type { Signal } from '../../state/signal.ts'
import { stageOf } from '../../state/steps.ts'
import type { Desk } from './desk.ts'
import { openLoop, type Loop } from './loop.ts'
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

/** The engine of a rollback: its loop, the intents of consoles, and who watches its targets. */
export function runEngine(desk: Desk, publish: Publish): Engine {
  let observer: Observer | null = null
  const loop = openLoop({
    desk,
    works: () => nextWork(desk.state(), desk.now().toISOString()),
    carryOut: (work, signal) => carryOut(desk, work, () => observer?.flush() ?? [], signal),
    onTurn: () => {
      if (desk.state().facts === null || observer !== null) return
      observer = observeTargets({
        ...watching(desk),
        onSignals: signals => publish.signals(desk.mask(signals)),
        onEvents: loop.write,
      })
    },
    quiet: async () => observer?.stop(),
    failed: publish.failed,
  })
  loop.turn()
  return { intend: intending(desk, loop), left: leaving(desk, loop), done: loop.done }
}

function watching(desk: Desk) {
  const manifest = desk.state().run?.manifest
  if (manifest === undefined) throw new Error('the run is not open')
  return { manifest, looks: desk.acts, now: desk.now, mask: desk.mask, stage: () => stageOf(desk.state()) }
}

function intending(desk: Desk, { inOrder, turn }: Loop): Engine['intend'] {
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

function leaving(desk: Desk, { inOrder, turn, fail, isSealed }: Loop): Engine['left'] {
  return console =>
    inOrder(async () => {
      const event = leavingEvent(desk.state(), console)
      if (event !== null && !isSealed()) await desk.write([event]).then(turn, fail)
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
