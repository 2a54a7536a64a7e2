import { wordsFor } from '../../../state/channel-words.ts'
import type { MessageCommand, MessageMoment } from '../../../state/message.ts'

/** What Astern keeps at its incident: the run, by which it is found again, how it stands, and the deliveries made. */
export type Mark = {
  readonly run: string
  readonly status: string
  readonly deliveries: Readonly<Record<string, string>>
}

/** The others leave it as it stands. */
const statuses: Readonly<Partial<Record<MessageMoment, string>>> = {
  opened: 'investigating',
  decided: 'identified',
  restored: 'monitoring',
  resolved: 'resolved',
  failed: 'identified',
}

const impacts: Readonly<Record<string, string>> = { 'SEV-1': 'critical', 'SEV-2': 'major', 'SEV-3': 'minor' }

/** A new incident, or (`before`: what was kept at it) an update of the run's own. */
export function statuspageIncident(
  command: MessageCommand,
  components: readonly string[],
  run: string,
  before: Mark | null,
) {
  const { subject, text } = wordsFor('statuspage', command)
  const { facts } = command
  const status = statuses[command.moment] ?? before?.status ?? 'investigating'
  const deliveries = { ...before?.deliveries, [command.delivery]: facts?.at ?? '' }
  return {
    incident: {
      ...(before === null ? { name: subject } : {}),
      status,
      impact_override: impacts[facts?.severity ?? ''] ?? 'none',
      body: text,
      ...(components.length === 0
        ? {}
        : { component_ids: components, components: standing(components, status, facts?.severity) }),
      // In a drill nobody outside is told; left out, Statuspage would tell every subscriber.
      deliver_notifications: facts?.class !== 'drill',
      metadata: { astern: { run, status, deliveries } },
    },
  }
}

function standing(components: readonly string[], status: string, severity: string | null | undefined) {
  const word =
    status === 'resolved'
      ? 'operational'
      : severity === 'SEV-1' && status !== 'monitoring'
        ? 'major_outage'
        : 'degraded_performance'
  return Object.fromEntries(components.map(id => [id, word]))
}
