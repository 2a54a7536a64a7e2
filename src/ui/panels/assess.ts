import { changedSince } from '../../state/assessment.ts'
import type { Facts } from '../../state/facts.ts'
import { timeOfDay } from '../../state/times.ts'
import { objectiveOf, objectiveWords } from '../../state/objective.ts'
import { instances } from '../../state/selectors.ts'
import type { ConsoleState } from '../../state/store.ts'
import { blank, heading, paragraph, row, span, type Row } from '../text/row.ts'
import { column } from '../text/width.ts'
import type { Theme } from '../theme.ts'
import { databaseRows } from './database.ts'
import { healthMark, verdictMark } from './marks.ts'
import { listed, text, type Block, type Panel } from './panel.ts'

/** Phase 1: what is seen, what fails, the severity proposed and why; then what was decided. */
export const assessPanel: Panel = (state, theme, width) => {
  const { facts } = state.run
  if (facts === null) return { title: 'Assess', rows: [row('Looking at services, databases and checks.')] }
  return {
    title: 'Assess',
    ...listed([
      text([
        ...decided(state, width),
        ...recovery(state, width),
        ...proposal(state, width),
        ...changed(facts, width),
        blank,
        heading('Services'),
      ]),
      ...instances(state.run).map(({ key, service, host }): Block => {
        const fact = facts.services[key]
        const opens = { kind: 'service', key } as const
        if (fact === undefined) return { id: key, rows: [row(`${service} on ${host}: not looked at`)], opens }
        const { glyph, word, tone } = healthMark(fact.health, theme)
        const { state: running, release, pointed, note } = fact.observed
        const next = pointed === null || pointed === release ? '' : `, next start takes ${pointed}`
        const said = [note, fact.healthNote].filter(part => part !== null && part !== '').join('; ')
        const rows = [
          row(
            `${column(service, 9)} ${column(host, 7)} ${column(release ?? '-', 8)} `,
            span(`${glyph} ${column(word, 9)}`, tone),
            ` ${running}${next}${said === '' ? '' : `  ${said}`}`,
          ),
          ...fact.errors.slice(-1).map(line => row(span(`    ${line}`, 'warn'))),
        ]
        return { id: key, rows, opens }
      }),
      text([blank, heading('Checks before')]),
      ...failing(state, theme, width),
      text([blank, heading('Databases')]),
      ...Object.keys(state.run.run?.manifest.databases ?? {}).map(
        (name): Block => ({
          id: `database ${name}`,
          rows: databaseRows(name, state, theme, width),
          opens: { kind: 'database', name },
        }),
      ),
      text(records(state, width)),
    ]),
  }
}

function recovery({ run, now }: ConsoleState, width: number): readonly Row[] {
  const objective = objectiveOf(run)
  if (objective === null) return []
  const words = objectiveWords(objective, run.closed?.at ?? now)
  const from = `${timeOfDay(objective.from).slice(0, 5)} UTC${run.decision?.beganAt == null ? ', when the run was opened' : ''}`
  return paragraph(
    `Recovery objective: ${words}, counted from ${from}`,
    width,
    words.startsWith('missed') ? 'bad' : 'plain',
  )
}

function decided({ run }: ConsoleState, width: number): readonly Row[] {
  const decision = run.decision
  if (decision === null) return []
  const { severity, choice, by, at, reason, scope, impact, turnBackAt } = decision
  const until = turnBackAt === null ? '' : `, turning back at ${timeOfDay(turnBackAt)}`
  return [
    row(span(`Decided: ${choice}, ${severity}`, 'title'), `  by ${by} at ${timeOfDay(at)}${until}`),
    ...paragraph(`Reason: ${reason}`, width),
    ...paragraph(`Scope: ${scope}`, width),
    ...paragraph(`Impact: ${impact}`, width),
    blank,
  ]
}

function proposal({ run }: ConsoleState, width: number): readonly Row[] {
  if (run.proposed === null) return []
  const { severity, why, scope } = run.proposed
  return [row(span(`Proposed: ${severity}`, 'title'), `  ${scope}`), ...paragraph(why, width)]
}

function changed(facts: Facts, width: number): readonly Row[] {
  const all = changedSince(facts)
  if (all.length === 0) return []
  const rows = all.flatMap(({ what, at }) =>
    paragraph(`${at === null ? '        ' : timeOfDay(at)} ${what}`, width, 'plain', '  '),
  )
  return [blank, heading('Other than when it was known to work'), ...rows]
}

function failing({ run }: ConsoleState, theme: Theme, width: number): readonly Block[] {
  const results = Object.values(run.suites.baseline?.results ?? {})
  if (results.length === 0) return [text([row('not run yet')])]
  const bad = results.filter(({ verdict }) => verdict !== 'pass')
  if (bad.length === 0) return [text([row(span(`${theme.glyphs.done} all ${results.length} pass`, 'good'))])]
  return [
    ...bad.map(({ name, severity, verdict, says }): Block => {
      const { glyph, word, tone } = verdictMark(verdict, theme)
      const rows = paragraph(`${glyph} ${word} ${severity} ${name}: ${says}`, width, tone)
      return { id: `check ${name}`, rows, opens: { kind: 'check', name } }
    }),
    text([row(`${results.length - bad.length} of ${results.length} pass`)]),
  ]
}

function records({ run }: ConsoleState, width: number): readonly Row[] {
  const all = Object.entries(run.facts?.records ?? {})
  const rows = all.flatMap(([host, record]) => {
    if ('fault' in record) return paragraph(`${host}: ${record.fault.what}`, width, 'bad')
    const good = record.ledger.filter(entry => entry.good).map(({ version }) => version)
    const frozen = record.freeze === null ? '' : `, frozen by ${record.freeze.by}: ${record.freeze.reason}`
    return paragraph(`${host}: known to have worked ${good.slice(-4).join(', ') || 'nothing'}${frozen}`, width)
  })
  return rows.length === 0 ? [] : [blank, heading('Records at the hosts'), ...rows]
}
