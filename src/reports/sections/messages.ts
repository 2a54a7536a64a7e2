import type { RunState, StepState } from '../../state/run-state.ts'
import { row, table, type Block, type Row, type Section } from '../block.ts'

/** What was said stands once, and below it to whom it went and what came of it. */
export function messages(state: RunState): Section {
  const all = Object.entries(state.messages).map(([id, message]) => ({
    ...message,
    sent: state.steps[`message.${id}`],
  }))
  const said = Map.groupBy(all, ({ command: { moment, subject, text } }) => JSON.stringify([moment, subject, text]))
  const blocks = [...said.values()].flatMap(alike)
  return {
    title: 'Messages',
    blocks: blocks.length === 0 ? [{ kind: 'text', text: 'No message was due yet.' }] : blocks,
  }
}

type Sent = RunState['messages'][string] & { readonly sent: StepState | undefined }

function alike(deliveries: readonly Sent[]): readonly Block[] {
  const [first] = deliveries
  if (first === undefined) return []
  const { moment, subject, text } = first.command
  return [
    { kind: 'heading', text: `${moment}: ${subject}` },
    { kind: 'text', text },
    table(['queued', 'channel', 'delivery', 'sent'], deliveries.map(delivered)),
  ]
}

function delivered({ command: { channel, delivery }, audience, at, sent }: Sent): Row {
  return row([at, `${channel} (${audience})`, delivery, sentText(sent)], sent?.status === 'failed' ? 'bad' : 'plain')
}

function sentText(step: StepState | undefined): string {
  if (step === undefined) return 'not yet'
  if (step.fault !== null) return `not sent: ${step.fault.what}`
  if (step.status === 'ok' || step.status === 'already') return `${step.settledAt ?? ''}: ${step.says ?? ''}`
  return step.status === 'unknown' ? 'not known' : 'not yet'
}
