import { timeOfDay } from '../../state/times.ts'
import { changeOf } from '../../state/check-change.ts'
import { checksOf } from '../../state/check.ts'
import type { CheckResult } from '../../state/check-result.ts'
import type { Suite } from '../../state/run-state.ts'
import type { ConsoleState } from '../../state/store.ts'
import { heading, paragraph, row, span, type Row } from '../text/row.ts'
import { column } from '../text/width.ts'
import type { Theme } from '../theme.ts'
import { verdictMark } from './marks.ts'
import { listed, text, type Block, type Panel } from './panel.ts'

/** Beside the main panel: the newest verdict of each check. */
export const checksPanel: Panel = (state, theme, width) => {
  const checks = state.run.run?.manifest.checks ?? []
  const { after, baseline } = state.run.suites
  const blocks = checks.map(({ name, severity }): Block => {
    const result = after?.results[name] ?? baseline?.results[name] ?? null
    const { glyph, word, tone } = verdictMark(result?.verdict ?? null, theme)
    const label = `${column(name, Math.max(8, Math.min(18, width - 28)))} ${column(severity, 6)} `
    const rows = [row(label, span(`${glyph} ${column(word, 8)}`, tone), ` ${result?.says ?? ''}`)]
    return { id: name, rows, opens: { kind: 'check', name } }
  })
  return { title: 'Checks', ...(blocks.length === 0 ? { rows: [row('no check is declared')] } : listed(blocks)) }
}

/** Phase 5: each check before and after. */
export const validatePanel: Panel = (state, theme, width) => {
  const { after } = state.run.suites
  const checks = state.run.run?.manifest.checks ?? []
  const now = checksOf({ checks }, 'after')
  const names = Math.min(24, Math.max(8, width - 54))
  return {
    title: `Validate   ${progress(after, now.length)}`,
    ...listed([
      text([
        row(
          span(
            `${column('check', names)} ${column('group', 11)} ${column('', 6)} ${column('before', 10)} ${column('after', 10)} difference`,
            'title',
          ),
        ),
      ]),
      ...checks.map(
        ({ name, group, severity }): Block => ({
          id: name,
          rows: [
            row(`${column(name, names)} ${column(group, 11)} ${column(severity, 6)} `, ...verdicts(state, name, theme)),
            ...found(after?.results[name], width),
          ],
          opens: { kind: 'check', name },
        }),
      ),
      text(accepted(state, width)),
    ]),
  }
}

function progress(after: Suite | null, of: number): string {
  if (after === null) return 'watching until the services stay well'
  const results = Object.values(after.results)
  const passing = results.filter(({ verdict }) => verdict === 'pass' || verdict === 'degraded').length
  return after.running ? `running, ${results.length} of ${of}` : `${passing} of ${results.length} pass`
}

function verdicts(state: ConsoleState, name: string, theme: Theme): Row {
  const { baseline, after } = state.run.suites
  const before = verdictMark(baseline?.results[name]?.verdict ?? null, theme)
  const now = verdictMark(after?.results[name]?.verdict ?? null, theme)
  return [
    span(`${before.glyph} ${column(before.word, 8)} `, before.tone),
    span(`${now.glyph} ${column(now.word, 8)} `, now.tone),
    ...difference(state, name),
  ]
}

/** Nothing where it stayed as it was. */
function difference({ run: { suites } }: ConsoleState, name: string): Row {
  const is = suites.after?.results[name]
  if (is === undefined) return []
  const change = changeOf(suites.baseline?.results[name], is)
  const tone = change === 'fixed' || change === 'better' ? 'good' : change === 'failed before' ? 'warn' : 'bad'
  return change === 'same' || change === 'new' ? [] : [span(change, tone)]
}

function found(result: CheckResult | undefined, width: number): readonly Row[] {
  if (result === undefined || result.verdict === 'pass') return []
  const flaky = result.firstFailure === null ? '' : ` (first: ${result.firstFailure})`
  return paragraph(`${result.says}${flaky}`, width, result.verdict === 'fail' ? 'bad' : 'warn', '    ')
}

function accepted({ run: { accepted: by } }: ConsoleState, width: number): readonly Row[] {
  if (by === null) return []
  const reason = by.reason === null ? '' : `: ${by.reason}`
  return [[], heading('Accepted'), ...paragraph(`by ${by.by} at ${timeOfDay(by.at)}${reason}`, width)]
}
