import type { Channel } from '../../src/state/channel.ts'
import * as rules from './rules.ts'
import type { Answer, Heard } from './service.ts'

export type Kind = {
  readonly name: string
  /** What it would not have anybody read. */
  readonly secret: string
  readonly service: () => (heard: Heard) => Answer
  readonly channel: (url: string) => Channel
  /** Requests that write, for one message. */
  readonly writes: number
  /** What of an answer that never came becomes of the message. */
  readonly doubt: 'unknown' | 'asked again'
}

const key = 'secretpartsecretpartsecretpart32'
const team = { audience: 'team' } as const

/** The channels over HTTP, each before a service that has its rules. */
export const kinds: readonly Kind[] = [
  {
    name: 'Slack',
    secret: 'secretpart',
    service: () => rules.slack,
    channel: url => ({ kind: 'slack', url: `${url}/services/T0/B0/secretpart`, ...team }),
    writes: 1,
    doubt: 'unknown',
  },
  {
    name: 'Teams',
    secret: 'secretpart',
    service: () => rules.teams,
    channel: url => ({ kind: 'teams', url: `${url}/workflows/1?sig=secretpart`, ...team }),
    writes: 1,
    doubt: 'unknown',
  },
  {
    name: 'PagerDuty alert',
    secret: key,
    service: () => rules.pagerduty,
    channel: url => ({ kind: 'pagerduty', event: 'alert', routingKey: key, api: url, ...team }),
    writes: 1,
    doubt: 'asked again',
  },
  {
    name: 'PagerDuty change event',
    secret: key,
    service: () => rules.pagerduty,
    channel: url => ({ kind: 'pagerduty', event: 'change', routingKey: key, api: url, ...team }),
    writes: 1,
    doubt: 'unknown',
  },
  {
    name: 'Statuspage',
    secret: 'secretpart-of-page',
    service: rules.statuspage,
    channel: url => ({
      kind: 'statuspage',
      page: 'page1',
      key: 'secretpart-of-page',
      components: ['comp1'],
      api: url,
      audience: 'public',
    }),
    writes: 1,
    doubt: 'asked again',
  },
  {
    name: 'Grafana',
    secret: 'glsa_secretpart',
    service: rules.grafana,
    channel: url => ({ kind: 'grafana', url, token: 'glsa_secretpart', dashboard: null, ...team }),
    writes: 1,
    doubt: 'asked again',
  },
  {
    name: 'CDEvents',
    secret: 'secretpart-of-events',
    service: () => rules.cdevents,
    channel: url => ({ kind: 'cdevents', url, token: 'secretpart-of-events', ...team }),
    writes: 1,
    doubt: 'asked again',
  },
  {
    name: 'signed webhook',
    secret: 'whsec_c2VjcmV0cGFydC1vZi1hLXdlYmhvb2s=',
    service: () => () => ({ status: 204 }),
    channel: url => ({ kind: 'webhook', url, secret: 'whsec_c2VjcmV0cGFydC1vZi1hLXdlYmhvb2s=', ...team }),
    writes: 1,
    doubt: 'asked again',
  },
]
