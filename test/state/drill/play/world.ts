import { decideDrill } from '../../../../src/state/drill/play/decide.ts'
import type { DrillAsk } from '../../../../src/state/drill/play/event.ts'
import { nextDrillWork } from '../../../../src/state/drill/play/next.ts'
import { leaderGone, takenOver } from '../../../../src/state/drill/play/take-over.ts'
import type { Scenario } from '../../../../src/state/drill/scenario.ts'
import type { Line, RunEvent } from '../../../../src/state/event.ts'
import type { Fault } from '../../../../src/state/fault.ts'
import type { Step } from '../../../../src/state/plan.ts'
import { initialState, reduce } from '../../../../src/state/reduce.ts'
import type { RunState } from '../../../../src/state/run-state.ts'
import type { Work } from '../../../../src/state/work.ts'
import { journal } from '../../../reports/fixture.ts'
import { openedAs } from '../score/stage.ts'

/** What its target makes of something that is asked of it. `changes`: it was done, whatever is said. */
export type Answer = {
  readonly says: 'ok' | 'failed' | 'nobody' | 'late' | 'unclear'
  readonly changes: boolean
}

export const yes: Answer = { says: 'ok', changes: true }

type AtWork = { readonly work: Work; begun: number | null; late: boolean }

/** Whoever leads a drill, its journal and its targets, one move at a time: to try what may happen in any order. */
export type World = {
  readonly lines: readonly Line[]
  readonly state: () => RunState
  /** Injects whose faults are at their targets. */
  readonly there: ReadonlySet<string>
  readonly wait: (seconds: number) => void
  /** The `index`th of what is at work goes one move on. */
  readonly move: (index: number, answer: Answer) => void
  readonly atWork: () => readonly Work[]
  readonly ask: (ask: DrillAsk) => boolean
  readonly tell: (event: RunEvent) => void
  /** Who leads it is killed, and another takes over. */
  readonly kill: () => void
}

export function openWorld(scenario: Scenario): World {
  let [state, now, asked] = [initialState, 0, 0]
  const lines: Line[] = []
  const there = new Set<string>()
  let atWork: AtWork[] = []
  const write = (...events: readonly RunEvent[]): void => {
    for (const event of events) {
      const [line] = journal([[now, 'astern', event]], 'DRILL-1')
      if (line === undefined) continue
      lines.push({ ...line, seq: lines.length + 1 })
      state = reduce(state, { ...line, seq: lines.length })
    }
  }
  const iso = (): string => journal([[now, 'astern', { kind: 'resumed' }]])[0]?.ts ?? ''
  const turn = (): void => {
    for (const work of nextDrillWork(state, iso()))
      if (!atWork.some(one => one.work.id === work.id)) atWork.push({ work, begun: null, late: false })
  }
  const end = (one: AtWork): void => {
    atWork = atWork.filter(other => other !== one)
  }
  const change = ({ command }: Step): void => {
    if (command.kind === 'drill.inject') there.add(command.inject)
    if (command.kind === 'drill.undo') there.delete(command.injected.inject)
  }
  const settle = (step: Step, attempt: number, outcome: 'ok' | 'already' | 'failed'): void =>
    write({
      kind: 'step.settled',
      step: step.id,
      attempt,
      outcome,
      says: outcome,
      observed: null,
      fault: outcome === 'failed' ? broken : null,
      output: null,
    })
  const isSo = ({ command }: Step): boolean =>
    command.kind === 'drill.inject'
      ? there.has(command.inject)
      : command.kind === 'drill.undo' && !there.has(command.injected.inject)

  const moveStep = (one: AtWork, step: Step, { says, changes }: Answer): void => {
    const is = state.steps[step.id]
    if (one.begun === null) {
      const attempt = (is?.attempt ?? 0) + 1
      if (says === 'unclear') return (settle(step, attempt, 'failed'), end(one))
      if (isSo(step)) return (settle(step, attempt, 'already'), end(one))
      // As a director does: once the drill is ending, its journal begins no fault.
      if (step.command.kind === 'drill.inject' && state.drill?.ending != null) return end(one)
      const { id, command, repeat } = step
      write({ kind: 'step.begun', step: id, attempt, command, commandHash: '', repeat, epoch: 0 })
      one.begun = attempt
      return
    }
    if (says === 'late' && !one.late) {
      one.late = true
      return write({ kind: 'step.unknown', step: step.id, attempt: one.begun, why: 'its deadline passed' })
    }
    if (changes) change(step)
    end(one)
    if (one.late && (is?.status !== 'unknown' || is.attempt !== one.begun)) return
    if (says === 'ok' && changes) return settle(step, one.begun, 'ok')
    if (says === 'nobody')
      return write({ kind: 'step.unknown', step: step.id, attempt: one.begun, why: 'nobody answered' })
    settle(step, one.begun, 'failed')
  }
  const look = (step: Step, { says }: Answer): void => {
    const attempt = state.steps[step.id]?.attempt ?? 1
    const verdict = says === 'unclear' || says === 'nobody' ? 'unclear' : isSo(step) ? 'holds' : 'not yet'
    write({ kind: 'step.probed', step: step.id, attempt, verdict, says: verdict, observed: null })
    if (verdict === 'holds') settle(step, attempt, 'already')
  }
  const checks = (suite: 'baseline' | 'after', { says }: Answer): void => {
    if (state.suites[suite]?.running !== true) return write({ kind: 'checks.started', suite })
    for (const name of scenario.steadyState) {
      const verdict = says === 'failed' ? 'fail' : says === 'unclear' ? 'inconclusive' : 'pass'
      const result = { name, group: 'core', severity: 'must', verdict, says, latencyMs: 1, attempts: 1 } as const
      write({ kind: 'check.settled', suite, result: { ...result, firstFailure: null } })
    }
    write({ kind: 'checks.ended', suite })
  }
  const move: World['move'] = (index, answer) => {
    const one = atWork[index % Math.max(1, atWork.length)]
    if (one === undefined || state.closed !== null) return
    const { work } = one
    if (work.kind === 'step') moveStep(one, work.step, answer)
    else {
      if (work.kind === 'look') look(work.step, answer)
      else if (work.kind === 'checks') checks(work.suite, answer)
      else if (work.kind === 'record') write(...work.events)
      else if (work.kind === 'report')
        write(
          answer.says === 'failed'
            ? { kind: 'fault.seen', fault: { ...broken, code: 'report.not-written' } }
            : { kind: 'report.written', file: '', bytes: 0, sha256: '' },
        )
      else if (work.kind === 'close') write({ kind: 'run.closed', ...(state.closing ?? { outcome: 'short', why: '' }) })
      end(one)
    }
    turn()
  }
  write(openedAs(scenario), { kind: 'engine.started', pid: 1, version: '0' })
  turn()
  return {
    lines,
    state: () => state,
    there,
    wait: seconds => {
      now += seconds
      turn()
    },
    move,
    atWork: () => atWork.map(({ work }) => work),
    ask: ask => {
      asked += 1
      const answer = decideDrill(state, { id: `ask ${asked}`, seenSeq: 0, epoch: 0, gate: null, ask }, iso())
      if (answer.ok) write(...answer.events)
      turn()
      return answer.ok
    },
    tell: event => {
      if (state.closed === null) write(event)
      turn()
    },
    kill: () => {
      atWork = []
      if (state.closed === null)
        write({ kind: 'engine.started', pid: 2, version: '0' }, ...takenOver(state, leaderGone))
      turn()
    },
  }
}

const broken: Fault = { code: 'broken', what: 'It broke', means: 'Nothing.', next: 'Look.' }

/** Everything that is at work goes on with this answer until the drill is closed, or for so many rounds. */
export function toTheEnd(world: World, answer: Answer, rounds = 200): void {
  for (let round = 0; round < rounds && world.state().closed === null; round += 1) {
    for (let left = world.atWork().length; left > 0; left -= 1) world.move(left - 1, answer)
    world.wait(1)
  }
}
