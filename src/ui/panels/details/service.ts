import type { InstanceKey, ServiceFact } from '../../../state/facts.ts'
import { describe } from '../../../state/command.ts'
import { planSteps } from '../../../state/steps.ts'
import type { ConsoleState } from '../../../state/store.ts'
import { paragraph, part, row, span, verbatim, type Row } from '../../text/row.ts'
import { spark } from '../../text/spark.ts'
import { timeOfDay } from '../../../state/times.ts'
import { age, between } from '../../text/time.ts'
import type { Theme } from '../../theme.ts'
import { healthMark, stepMark } from '../marks.ts'
import { lastSeen } from '../services.ts'
import type { Content } from '../panel.ts'
import { factRows } from './facts.ts'

/** One service on one host: how it is now, what it was when it was assessed, its last error lines, and its steps. */
export function serviceDetail(key: string, state: ConsoleState, theme: Theme, width: number): Content {
  const seen = lastSeen(state, key as InstanceKey)
  const fact = state.run.facts?.services[key as InstanceKey]
  const { glyph, word, tone } = healthMark(seen.state, theme)
  const samples = (state.signals[key] ?? []).map(({ latencyMs }) => latencyMs)
  return {
    title: key.replace('@', ' on '),
    rows: [
      row(span(`${glyph} ${word}`, tone), seen.at === null ? '' : `  ${age(between(seen.at, state.now))} ago`),
      ...factRows(
        [
          ['release', seen.release],
          ['says', seen.note],
          ['latency', seen.latencyMs === null ? null : `${Math.round(seen.latencyMs)} ms`],
          ['last samples', samples.length === 0 ? null : spark(samples, Math.min(30, width - 20), theme.ascii).trim()],
        ],
        width,
      ),
      ...part('When assessed', fact === undefined ? [] : assessed(fact, width)),
      ...part(
        'Last error lines',
        (fact?.errors ?? []).flatMap(line => verbatim(line, width, 'warn', '  ')),
      ),
      ...part(
        'Around it',
        (fact?.surroundings ?? []).flatMap(line => paragraph(line, width, 'plain', '  ')),
      ),
      ...part('Its steps', steps(key, state, theme, width)),
    ],
  }
}

function assessed({ observed, healthNote, releases }: ServiceFact, width: number): readonly Row[] {
  const { state, release, digest, pointed, since, note, image, restart } = observed
  return factRows(
    [
      ['state', state],
      ['release', release],
      ['digest', digest],
      ['image', image?.name],
      ['next start takes', pointed === release ? null : pointed],
      ['since', since === null ? null : timeOfDay(since)],
      ['restart policy', restart?.name],
      ['note', note],
      ['health', healthNote],
      ['here too', releases.map(({ release: one, complete }) => `${one}${complete ? '' : ' (not whole)'}`).join(', ')],
    ],
    width,
  )
}

function steps(key: string, state: ConsoleState, theme: Theme, width: number): readonly Row[] {
  const own = planSteps(state.run).filter(
    ({ command }) => 'service' in command && 'host' in command && `${command.service}@${command.host}` === key,
  )
  return own.flatMap(({ id, command }) => {
    const { glyph, word, tone } = stepMark(state.run.steps[id]?.status ?? 'waiting', theme)
    return paragraph(`${glyph} ${word} ${describe(command)}`, width, tone, '  ')
  })
}
