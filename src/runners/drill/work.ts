import type { RunState } from '../../state/run-state.ts'
import { checksAfter } from '../../state/drill/play/outcome.ts'
import { scenarioOf } from '../../state/drill/play/due.ts'
import type { Check } from '../../state/check.ts'
import type { CheckSuite } from '../../state/event.ts'
import type { Work } from '../../state/work.ts'
import type { Desk } from '../engine/desk.ts'
import type { InOrder } from '../engine/loop.ts'
import { runStep } from '../engine/step.ts'
import { runSuite } from '../engine/suite.ts'
import { look, orFault } from '../engine/work.ts'
import { checksNamed } from './drill-checks.ts'

/** One piece of work of a drill; returns when its last event is durable. */
export async function carryOutDrill(desk: Desk, work: Work, inOrder: InOrder, signal: AbortSignal): Promise<void> {
  switch (work.kind) {
    case 'record':
      return inOrder(async () => void (await desk.write(work.events)))
    case 'step':
      return runStep(beginning(desk, inOrder), work.step).catch(unlessEnding)
    case 'look':
      return look(desk, work.step)
    case 'checks':
      return runSuite(desk, work.suite, checksFor(desk.state(), work.suite), signal)
    case 'report':
      return report(desk)
    case 'close': {
      const { outcome, why } = desk.state().closing ?? { outcome: 'short' as const, why: '' }
      await desk.write([{ kind: 'run.closed', outcome, why }])
      return
    }
    case 'identify':
    case 'assess':
    case 'plan':
    case 'rehearse':
    case 'queue':
    case 'learn':
    case 'book':
      throw new Error(`a drill has no work of the kind ${work.kind}`)
  }
}

function checksFor(state: RunState, suite: CheckSuite): readonly Check[] {
  const scenario = scenarioOf(state)
  if (scenario === null) throw new Error('the run is no drill')
  const names = suite === 'baseline' ? scenario.steadyState : checksAfter(scenario)
  return checksNamed(state.run?.manifest.checks ?? [], names)
}

/**
 * A desk whose journal begins no fault once the drill is ending. Between others' lines in their order: whatever ends it comes before,
 * and then nothing is begun, or after, and then it is taken back.
 */
function beginning(desk: Desk, inOrder: InOrder): Desk {
  const begin: Desk['journal']['begin'] = (step, ...rest) =>
    inOrder(() => {
      if (step.command.kind === 'drill.inject' && (desk.state().drill?.ending ?? null) !== null)
        return Promise.reject(new Ending())
      return desk.journal.begin(step, ...rest)
    })
  return { ...desk, journal: { ...desk.journal, begin } }
}

/** Not begun, since the drill is ending. */
class Ending extends Error {}

function unlessEnding(error: unknown): void {
  if (!(error instanceof Ending)) throw error
}

async function report(desk: Desk): Promise<void> {
  const { directory, run } = desk.context
  const fault = {
    code: 'report.not-written',
    what: 'The debrief could not be written',
    means: 'The drill itself is over, and its journal is whole.',
    next: `Look at ${directory}, then: astern drill --debrief ${run}`,
  }
  const written = await orFault(desk, fault, () => desk.writers.report(desk.journal.lines, directory))
  if (written !== null) await desk.write([{ kind: 'report.written', ...written }])
}
