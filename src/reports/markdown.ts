import { checklist } from '../state/checklist.ts'
import type { Line } from '../state/event.ts'
import { oneLine } from '../state/text.ts'
import { clockText } from '../state/times.ts'
import { incidentOf, type Bar, type Incident } from './facts.ts'

/** The incident document, from the journal alone: the same journal gives the same bytes. */
export function incidentMarkdown(lines: readonly Line[]): string {
  const incident = incidentOf(lines)
  const { state } = incident
  return `${[
    `# ${safe(incident.title)}`,
    table(['', ''], incident.header),
    '## Decision',
    decision(incident),
    '## Times',
    table(
      ['what', 'when (UTC)'],
      incident.times.filter(([, at]) => at !== ''),
    ),
    '## Plan, and what it took',
    state.plan === null ? 'No plan was made.' : `${safe(state.plan.plan.orderReason)}\n\n${bars(incident.bars)}`,
    '## Data',
    list(incident.data),
    '## Checks, before and after',
    table(
      ['check', 'before', 'after', 'says'],
      incident.checks.map(({ name, before, after, says }) => [name, before, after, says]),
    ),
    '## Messages',
    table(
      ['channel', 'subject', 'text', 'sent'],
      incident.messages.map(message => [message.channel, message.subject, message.text, message.state]),
    ),
    '## Checklist',
    table(
      ['item', 'state', 'evidence'],
      checklist(state).map(({ title, state: is, evidence }) => [title, is, evidence]),
    ),
    '## Timeline (UTC)',
    table(
      ['at', 'who', 'what'],
      incident.timeline.map(({ at, who, text }) => [at.slice(0, 19).replace('T', ' '), who, text]),
    ),
    '## Evidence',
    table(
      ['file', 'bytes', 'sha256'],
      incident.evidence.map(({ file, bytes, sha256 }) => [file, String(bytes), sha256]),
    ),
    '## Post-mortem (draft)',
    postMortem(incident),
  ].join('\n\n')}\n`
}

function decision({ state }: Incident): string {
  const { decision: made } = state
  if (made === null) return 'Not decided yet.'
  const back = made.turnBackAt === null ? '' : `\n\nAnother way was to be taken at ${made.turnBackAt}.`
  return `**${made.choice}**, by ${safe(made.by)} at ${made.at}: ${safe(made.reason)}${back}`
}

function bars(all: readonly Bar[]): string {
  const rows = all.map(({ title, status, tookMs, estimateMs, says }) => [
    title,
    status,
    clockText(estimateMs),
    tookMs === 0 ? '' : `${(tookMs / 1000).toFixed(1)} s`,
    says,
  ])
  return table(['step', 'state', 'estimated', 'took', 'says'], rows)
}

function postMortem({ state }: Incident): string {
  const overridden = Object.entries(state.signed).map(
    ([item, { by, reason }]) => `${item} was signed off by ${by}: ${reason}`,
  )
  const retried = Object.values(state.steps)
    .filter(({ attempt }) => attempt > 1)
    .map(({ id, attempt }) => `${id} took ${attempt} attempts`)
  const skipped = Object.values(state.steps).flatMap(({ id, skipped: why }) =>
    why === null ? [] : [`${id} was skipped by ${why.by}: ${why.reason}`],
  )
  const seen = [...overridden, ...retried, ...skipped]
  return [
    `- Booked: ${state.review === null ? 'not yet' : `${state.review.at}, owner ${safe(state.review.owner)}`}`,
    `- Lessons so far: ${state.lessons === null || state.lessons.lessons === '' ? 'none written' : safe(state.lessons.lessons)}`,
    ...state.notes.map(({ by, at, text }) => `- Note of ${safe(by)} at ${at.slice(11, 19)}: ${safe(text)}`),
    ...seen.map(line => `- Seen: ${safe(line)}`),
    '- Contributing factors (ours included):',
    '- What went well:',
    '- What went wrong:',
    '- Where we were lucky:',
    '- Actions (owner, due):',
  ].join('\n')
}

function list(items: readonly string[]): string {
  return items.map(item => `- ${safe(item)}`).join('\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return 'None.'
  const line = (cells: readonly string[]): string => `| ${cells.map(safe).join(' | ')} |`
  return [line(head), `|${head.map(() => ' --- |').join('')}`, ...rows.map(line)].join('\n')
}

/** Outside text as text: no markup of its own, no line of its own. */
function safe(text: string): string {
  return oneLine(text, 2000).replaceAll(/[\\`*_[\]<>|#]/g, '\\$&')
}
