import type { Check } from '../../../state/check.ts'
import type { CheckResult } from '../../../state/check-result.ts'
import { changeOf } from '../../../state/check-change.ts'
import type { ConsoleState } from '../../../state/store.ts'
import { paragraph, part, row, span, type Row } from '../../text/row.ts'
import type { Theme } from '../../theme.ts'
import { verdictMark } from '../marks.ts'
import type { Content } from '../panel.ts'
import { dataRows, factRows } from './facts.ts'

/** A check: what it asks and asserts, and what it found before and after. */
export function checkDetail(name: string, state: ConsoleState, theme: Theme, width: number): Content {
  const check = state.run.run?.manifest.checks.find(one => one.name === name)
  if (check === undefined) return { title: `Check ${name}`, rows: [row('No such check is declared.')] }
  const { baseline, after } = state.run.suites
  const [before, now] = [baseline?.results[name], after?.results[name]]
  return {
    title: `Check ${name}`,
    rows: [
      ...factRows(about(check), width),
      ...(now === undefined ? [] : factRows([['since before', changeOf(before, now)]], width)),
      ...part('After the rollback', found(now, theme, width)),
      ...part('Before the rollback', found(before, theme, width)),
      ...part('Asks', dataRows(check.request, width, '  ')),
      ...part(
        'Expects',
        check.asserts.length === 0 ? [row('  nothing: so it shows nothing')] : dataRows(check.asserts, width, '  '),
      ),
    ],
  }
}

function about({ group, severity, attempts, timeoutMs }: Check): Parameters<typeof factRows>[0] {
  return [
    ['group', group],
    ['severity', severity === 'must' ? 'must pass, or be accepted by name' : 'should pass'],
    ['attempts', `at most ${attempts}, each within ${timeoutMs} ms`],
  ]
}

function found(result: CheckResult | undefined, theme: Theme, width: number): readonly Row[] {
  if (result === undefined) return []
  const { glyph, word, tone } = verdictMark(result.verdict, theme)
  const steps = (result.steps ?? []).flatMap(step => {
    const mark = verdictMark(step.verdict, theme)
    return paragraph(`${mark.glyph} ${mark.word} ${step.name}: ${step.says}`, width, mark.tone, '    ')
  })
  return [
    row('  ', span(`${glyph} ${word}`, tone)),
    ...factRows(
      [
        ['  expected, got', result.says],
        ['  latency', result.latencyMs === null ? null : `${Math.round(result.latencyMs)} ms`],
        ['  attempts', String(result.attempts)],
        ['  first failure', result.firstFailure, 'warn'],
      ],
      width,
    ),
    ...steps,
  ]
}
