import { gateOf } from '../../state/gates.ts'
import type { ConsoleState } from '../../state/store.ts'
import { keyName, keyTable, offReason } from '../keys/table.ts'
import type { KeyRow } from '../keys/row.ts'
import { fit, type Part } from '../text/fit.ts'
import { row, span, type Row } from '../text/row.ts'
import type { Theme } from '../theme.ts'
import { primaryOf } from '../view/primary.ts'
import { promptFor, saidBeside, saidFirst } from '../view/said-first.ts'
import type { Line, View } from '../view/view.ts'
import { typedSpans } from './dialog-rows.ts'

/** What the run waits for, or why the last key did nothing, or what became of the last ask. */
export function promptRow(view: View, state: ConsoleState, theme: Theme, width: number): Row {
  if (view.line !== null && view.dialog === null) return lineRow(view.line, view.notice, width)
  if (state.damage !== null) return row(span(`${theme.glyphs.bad} ${state.damage}`, 'bad'))
  if (view.notice !== null) return row(span(`${theme.glyphs.warn} ${view.notice}`, 'warn'))
  const first = saidFirst(state)
  if (first !== null) return row(span(`${theme.glyphs.warn} ${first}`, 'warn'))
  const refusal = state.answer?.refusal ?? null
  if (refusal !== null) return row(span(`${theme.glyphs.warn} ${refusal.reason}`, 'warn'))
  const { run } = state
  if (run.closed !== null) return row(span(`Closed: ${run.closed.outcome} (${run.closed.why}). q leaves.`, 'title'))
  const next = primaryOf(run)
  if (next !== null) return row(span(`${theme.glyphs.pointer} ${promptFor(state, next.prompt)}`, 'title'))
  return row(span('At work; nothing waits for you.', 'quiet'))
}

/** What was said in the drill, in a row of its own above what the run waits for. Null: nothing was. */
export function besideRow(state: ConsoleState, theme: Theme): Row | null {
  const said = saidBeside(state)
  return said === null ? null : row(span(`${theme.glyphs.warn} ${said}`, 'warn'))
}

/** The line being typed, and what is amiss with it. */
function lineRow(line: Line, notice: string | null, width: number): Row {
  const mark = line.kind === 'filter' ? '/' : ':'
  return [
    span(mark, 'key'),
    ...typedSpans(line.value, line.cursor, true, Math.max(20, width - 2 - (notice === null ? 0 : 50))),
    span(notice === null ? '' : `  ${notice}`, 'warn'),
  ]
}

/** The keys that count here, as many as fit. */
export function footerRow(view: View, state: ConsoleState, width: number): Row {
  if (view.dialog !== null)
    return row(
      span('enter', 'key'),
      ' next, then act  ',
      span('tab', 'key'),
      ' field  ',
      ...(view.dialog.fields[view.dialog.focus]?.kind === 'text' ? [span('ctrl+o', 'key'), ' editor  '] : []),
      span('esc', 'key'),
      ' back, nothing is done',
    )
  if (view.line?.kind === 'filter')
    return row(span('enter', 'key'), ' keeps it  ', span('esc', 'key'), ' shows all again')
  if (view.line?.kind === 'command')
    return row(span('enter', 'key'), ' does it  ', span('tab', 'key'), ' fills in  ', span('esc', 'key'), ' back')
  const gate = gateOf(state.run)?.kind
  const shown = keyTable.filter(
    key =>
      (key.id === 'next' || key.label !== '') &&
      (key.gates === undefined || (gate !== undefined && key.gates.includes(gate))),
  )
  return fit(
    [...leads(view), ...shown.map(key => part(key, state))].filter(({ row: drawn }) => drawn.length > 0),
    width,
    2,
  )
}

/** What leads back comes first, while something lies over the panels; else back to what explains them. */
function leads(view: View): readonly Part[] {
  if (view.over.length === 0) return view.guided ? [{ rank: 2, row: row(span('E', 'key'), ' guide') }] : []
  return [{ rank: 1, row: row(span('esc', 'key'), ' back') }]
}

function part(key: KeyRow, state: ConsoleState): Part {
  const label =
    key.id === 'next'
      ? (primaryOf(state.run)?.label ?? '')
      : key.id === 'leave' && state.run.closed !== null
        ? 'leave'
        : key.id === 'restore' && state.run.plan?.plan.options.restore !== undefined
          ? 'reverse'
          : key.id === 'replay' && state.run.plan?.plan.options.restore?.replay !== undefined
            ? 'no replay'
            : key.label
  const off = label === '' || offReason(key, state) !== null
  if (off) return { rank: key.rank, row: [] }
  const keys = key.id === 'phase' ? '1-6' : keyName(key.keys[0] ?? '')
  return { rank: key.rank, row: row(span(keys, 'key'), ` ${label}`) }
}
