import { cut, wordsFor } from '../../../state/channel-words.ts'
import type { MessageCommand } from '../../../state/message.ts'
import type { RunContext } from '../../permit.ts'

type Who = Pick<RunContext, 'run' | 'environment'>

const severities: Readonly<Record<string, string>> = { 'SEV-1': 'critical', 'SEV-2': 'error', 'SEV-3': 'warning' }

/** One alert a run: every message but the last one triggers it again under its key, and the last resolves it. */
export function pagerdutyAlert(command: MessageCommand, who: Who, routingKey: string) {
  const addressed = { routing_key: routingKey, dedup_key: cut(`astern/${who.environment}/${who.run}`, 255) }
  if (command.moment === 'resolved') return { ...addressed, event_action: 'resolve' }
  const { facts } = command
  return {
    ...addressed,
    event_action: 'trigger',
    payload: {
      ...common(command, who),
      severity: severityOf(command),
      group: who.environment,
      class: 'rollback',
      ...(facts === undefined || facts.scope === '' ? {} : { component: cut(facts.scope, 255) }),
    },
    client: 'Astern',
  }
}

/** A hold is an alarm: services are down, and a person is waited for. */
function severityOf({ facts, moment }: MessageCommand): string {
  if (facts?.class === 'drill') return 'info'
  return moment === 'holding' ? 'critical' : (severities[facts?.severity ?? ''] ?? 'info')
}

/** Notifies nobody: it stands beside the alerts as what was changed. */
export function pagerdutyChange(command: MessageCommand, who: Who, routingKey: string) {
  return { routing_key: routingKey, payload: common(command, who) }
}

function common(command: MessageCommand, who: Who) {
  const { subject, text } = wordsFor('pagerduty', command)
  const { facts } = command
  return {
    summary: cut(`${subject}: ${text}`, 1024),
    source: `astern/${who.environment}`,
    ...(facts === undefined ? {} : { timestamp: facts.at.replace(/Z$/, '+0000') }),
    custom_details: {
      run: who.run,
      delivery: command.delivery,
      moment: command.moment,
      text,
      ...(facts === undefined ? {} : { from: facts.from, to: facts.to, data: facts.data, next_update: facts.next }),
    },
  }
}
