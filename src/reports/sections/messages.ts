import type { RunState, StepState } from '../../state/run-state.ts'
import { row, table, type Row, type Section } from '../block.ts'

export function messages(state: RunState): Section {
  const rows = Object.entries(state.messages).map(([id, { command, audience, at }]): Row => {
    const sent = state.steps[`message.${id}`]
    const { channel, moment, subject, text, delivery } = command
    const cells = [at, `${channel} (${audience})`, moment, subject, text, delivery, sentText(sent)]
    return row(cells, sent?.status === 'failed' ? 'bad' : 'plain')
  })
  const head = ['queued', 'channel', 'moment', 'subject', 'text', 'delivery', 'sent']
  return { title: 'Messages', blocks: [table(head, rows, 'No message was due yet.')] }
}

function sentText(step: StepState | undefined): string {
  if (step === undefined) return 'not yet'
  if (step.fault !== null) return `not sent: ${step.fault.what}`
  if (step.status === 'ok' || step.status === 'already') return `${step.settledAt ?? ''}: ${step.says ?? ''}`
  return step.status === 'unknown' ? 'not known' : 'not yet'
}
