import { checklist } from '../../state/checklist.ts'
import { changeOf } from '../../state/check-change.ts'
import type { CheckResult } from '../../state/check-result.ts'
import type { Tone } from '../../state/lines.ts'
import type { RunState } from '../../state/run-state.ts'
import { row, table, type Block, type Row, type Section } from '../block.ts'
import { marks } from '../marks.ts'

export function checks({ suites }: RunState): Section {
  const before = suites.baseline?.results ?? {}
  const after = suites.after?.results ?? {}
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const rows = names.map((name): Row => {
    const [was, is] = [before[name], after[name]]
    const now = is ?? was
    const change = is === undefined ? '' : changed(was, is)
    const cells = [name, now?.group ?? '', now?.severity ?? '', verdict(was), verdict(is), change, says(was), says(is)]
    return row(cells, toneOf(now))
  })
  const head = ['check', 'group', 'severity', 'before', 'after', 'difference', 'said before', 'says after']
  const flows = Object.values({ ...before, ...after }).filter(({ steps }) => steps !== undefined)
  return {
    title: 'Checks, before and after',
    blocks: [table(head, rows, 'No check was run.'), ...flows.map(flowTable)],
  }
}

/** The newest of a flow's two courses. */
function flowTable({ name, steps = [] }: CheckResult): Block {
  const rows = steps.map(step => row([step.name, verdict(step), step.says], toneOf(step)))
  return table([`step of ${name}`, 'verdict', 'says'], rows)
}

/** What failed already is said to have. */
function changed(was: CheckResult | undefined, is: CheckResult): string {
  const change = changeOf(was, is)
  return change === 'failed before' ? 'failed before the rollback too' : change
}

export function checklistSection(state: RunState): Section {
  const tones = { green: 'good', red: 'bad', open: 'plain', signed: 'warn' } as const
  const rows = checklist(state).map(({ title, state: is, evidence }) => row([title, marks[is], evidence], tones[is]))
  return { title: 'Checklist', blocks: [table(['item', 'state', 'evidence'], rows)] }
}

function verdict(result: Pick<CheckResult, 'verdict' | 'latencyMs'> | undefined): string {
  if (result === undefined) return 'not run'
  return result.latencyMs === null ? result.verdict : `${result.verdict}, ${Math.round(result.latencyMs)} ms`
}

function says(result: CheckResult | undefined): string {
  if (result === undefined) return ''
  const flaky = result.verdict === 'pass' && result.firstFailure !== null
  return flaky ? `${result.says}; at first: ${result.firstFailure}` : result.says
}

function toneOf(result: Pick<CheckResult, 'verdict'> | undefined): Tone {
  if (result?.verdict === 'pass') return 'good'
  return result?.verdict === 'degraded' ? 'warn' : 'bad'
}
