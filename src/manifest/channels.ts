import type { Channel } from '../state/channel.ts'
import type { At, ManifestFault, Path } from './faults.ts'
import type { Written } from './schema.ts'
import type { WrittenChannel } from './schema-channels.ts'

const kinds = ['file', 'webhook', 'slack', 'teams', 'pagerduty', 'statuspage', 'email', 'cdevents', 'grafana'] as const

export function channelOf(written: WrittenChannel, path: (value: string) => string): Channel {
  const { audience, stages } = written
  return { ...wayOf(written, path), audience, ...(stages === undefined ? {} : { stages }) }
}

type Way = { [Kind in Channel['kind']]: Omit<Extract<Channel, { kind: Kind }>, 'audience' | 'stages'> }[Channel['kind']]

function wayOf(written: WrittenChannel, path: (value: string) => string): Way {
  const { file, webhook, slack, teams, pagerduty, statuspage, email, cdevents, grafana } = written
  if (webhook !== undefined) return { kind: 'webhook', url: webhook.url, secret: webhook.secret ?? null }
  if (slack !== undefined) return { kind: 'slack', url: slack.webhook }
  if (teams !== undefined) return { kind: 'teams', url: teams.webhook }
  if (pagerduty !== undefined) {
    const { event, routing_key: routingKey, api } = pagerduty
    return { kind: 'pagerduty', event, routingKey, api }
  }
  if (statuspage !== undefined) return { kind: 'statuspage', ...statuspage }
  if (email !== undefined) return emailOf(email, path)
  if (cdevents !== undefined) return { kind: 'cdevents', url: cdevents.url, token: cdevents.token ?? null }
  if (grafana !== undefined) return { kind: 'grafana', ...grafana, dashboard: grafana.dashboard ?? null }
  return { kind: 'file', path: path(file ?? '') }
}

function emailOf(email: NonNullable<WrittenChannel['email']>, path: (value: string) => string): Way {
  const { protocol, hostname, port } = new URL(email.smtp)
  const secure = protocol === 'smtps:'
  return {
    kind: 'email',
    server: {
      host: hostname,
      port: Number(port === '' ? (secure ? 465 : 587) : port),
      tls: email.tls === 'none' ? 'none' : secure ? 'at once' : 'starttls',
      ca: typeof email.tls === 'object' ? path(email.tls.ca) : null,
    },
    user: email.user ?? null,
    password: email.password ?? null,
    from: email.from,
    to: email.to,
  }
}

export function channelFaults({ notify, drill }: Pick<Written, 'notify' | 'drill'>, at: At): readonly ManifestFault[] {
  const tables = [
    [['notify'], notify],
    [['drill', 'notify'], drill?.notify ?? {}],
  ] as const
  return tables.flatMap(([table, channels]) =>
    Object.entries(channels).flatMap(([name, written]) => [
      ...kindFaults([...table, name], written, at),
      ...emailFaults([...table, name], written, at),
    ]),
  )
}

function kindFaults(place: Path, written: WrittenChannel, at: At): readonly ManifestFault[] {
  const given = kinds.filter(kind => written[kind] !== undefined)
  if (given.length === 1) return []
  return [at(place, `is not exactly one of ${kinds.join(', ')}`, 'Give it one of them.')]
}

function emailFaults(place: Path, { email }: WrittenChannel, at: At): readonly ManifestFault[] {
  if (email === undefined) return []
  const path = [...place, 'email']
  if ((email.user === undefined) !== (email.password === undefined))
    return [at([...path, 'smtp'], 'has a user or a password, and not both', 'Give it both, or neither.')]
  return email.tls === 'none' && email.password !== undefined
    ? [at([...path, 'tls'], 'would send its password in clear', 'Take tls: none out, or user and password.')]
    : []
}
