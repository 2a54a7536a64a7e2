import { gateOf } from '../../state/gates.ts'
import type { ConsoleState } from '../../state/store.ts'
import { keyName, keyTable, offReason, type KeyRow } from '../keys.ts'
import { fit, type Part } from '../text/fit.ts'
import { row, span, type Row } from '../text/row.ts'
import type { Theme } from '../theme.ts'
import { primaryOf } from '../view/primary.ts'
import type { View } from '../view/view.ts'

/** What the run waits for, or why the last key did nothing, or what became of the last ask. */
export function promptRow(view: View, state: ConsoleState, theme: Theme): Row {
  if (state.damage !== null) return row(span(`${theme.glyphs.bad} ${state.damage}`, 'bad'))
  if (view.notice !== null) return row(span(`${theme.glyphs.warn} ${view.notice}`, 'warn'))
  const refusal = state.answer?.refusal ?? null
  if (refusal !== null) return row(span(`${theme.glyphs.warn} ${refusal.reason}`, 'warn'))
  const { run } = state
  if (run.closed !== null) return row(span(`Closed: ${run.closed.outcome} (${run.closed.why}). q leaves.`, 'title'))
  const next = primaryOf(run)
  if (next !== null) return row(span(`${theme.glyphs.pointer} ${next.prompt}`, 'title'))
  return row(span('At work; nothing waits for you.', 'quiet'))
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
  const gate = gateOf(state.run)?.kind
  const shown = keyTable.filter(
    key =>
      (key.id === 'act' || key.label !== '') &&
      (key.gates === undefined || (gate !== undefined && key.gates.includes(gate))),
  )
  return fit(
    shown.map(key => part(key, state)).filter(({ row: drawn }) => drawn.length > 0),
    width,
    2,
  )
}

function part(key: KeyRow, state: ConsoleState): Part {
  const label =
    key.id === 'act'
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
