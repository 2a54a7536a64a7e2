import { z } from 'zod'
import type { Answer, Heard } from './service.ts'

/** What each service takes, by its documentation; unknown fields are faults here, so that a slip shows. */

const plainText = (most: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(most), emoji: z.boolean().optional() })

const slackMessage = z.strictObject({
  text: z.string().min(1).max(4000),
  mrkdwn: z.boolean().optional(),
  unfurl_links: z.boolean().optional(),
  unfurl_media: z.boolean().optional(),
  blocks: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('header'), text: plainText(150) }),
        z.strictObject({ type: z.literal('section'), text: plainText(3000) }),
        z.strictObject({ type: z.literal('context'), elements: z.array(plainText(3000)).min(1).max(10) }),
      ]),
    )
    .max(50),
})

/** An incoming webhook says in a plain word what it objects to. */
export function slack({ json, path }: Heard): Answer {
  if (path !== '/services/T0/B0/secretpart') return { status: 404, body: 'no_service' }
  const message = slackMessage.safeParse(json)
  if (!message.success) return { status: 400, body: 'invalid_payload' }
  const texts = JSON.stringify(message.data)
  return /<[!@#]|<https?:/.test(texts) ? { status: 400, body: 'it pings or links' } : { status: 200, body: 'ok' }
}

const textRun = z.strictObject({
  type: z.literal('TextRun'),
  text: z.string().min(1),
  size: z.enum(['Small', 'Default', 'Medium', 'Large', 'ExtraLarge']).optional(),
  weight: z.enum(['Lighter', 'Default', 'Bolder']).optional(),
})
const card = z.strictObject({
  $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
  type: z.literal('AdaptiveCard'),
  version: z.enum(['1.0', '1.1', '1.2', '1.3', '1.4']),
  msteams: z.strictObject({ width: z.literal('Full') }),
  body: z
    .array(
      z.strictObject({
        type: z.literal('Container'),
        style: z.enum(['default', 'emphasis', 'good', 'attention', 'warning', 'accent']),
        items: z.array(
          z.discriminatedUnion('type', [
            z.strictObject({ type: z.literal('RichTextBlock'), inlines: z.array(textRun).min(1) }),
            z.strictObject({
              type: z.literal('FactSet'),
              facts: z.array(z.strictObject({ title: z.string(), value: z.string() })).min(1),
            }),
          ]),
        ),
      }),
    )
    .min(1),
})
const teamsMessage = z.strictObject({
  type: z.literal('message'),
  attachments: z.tuple([
    z.strictObject({
      contentType: z.literal('application/vnd.microsoft.card.adaptive'),
      contentUrl: z.null(),
      content: card,
    }),
  ]),
})

/** Takes 28 KB by its documentation; a card of 21 KB was seen refused. */
export function teams({ json, bytes }: Heard): Answer {
  if (bytes > 20 * 1024) return { status: 413 }
  return { status: teamsMessage.safeParse(json).success ? 202 : 400 }
}

const details = z.record(z.string(), z.unknown())
const timestamp = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}\+0000$/)
const addressed = { routing_key: z.string().length(32), dedup_key: z.string().min(1).max(255) }
const alert = z.discriminatedUnion('event_action', [
  z.strictObject({ ...addressed, event_action: z.literal('resolve') }),
  z.strictObject({
    ...addressed,
    event_action: z.literal('trigger'),
    payload: z.strictObject({
      summary: z.string().min(1).max(1024),
      source: z.string().min(1),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
      timestamp: timestamp.optional(),
      component: z.string().optional(),
      group: z.string().optional(),
      class: z.string().optional(),
      custom_details: details.optional(),
    }),
    client: z.string().optional(),
  }),
])
const change = z.strictObject({
  routing_key: z.string().length(32),
  payload: z.strictObject({
    summary: z.string().min(1).max(1024),
    source: z.string().optional(),
    timestamp: timestamp.optional(),
    custom_details: details.optional(),
  }),
})

export function pagerduty({ path, json, bytes }: Heard): Answer {
  const shape = path === '/v2/enqueue' ? alert : path === '/v2/change/enqueue' ? change : null
  if (shape === null) return { status: 404 }
  if (bytes > 512 * 1024) return { status: 413 }
  const event = shape.safeParse(json)
  return event.success
    ? { status: 202, body: { status: 'success', message: 'Event processed' } }
    : { status: 400, body: { status: 'invalid event', errors: event.error.issues.map(({ message }) => message) } }
}

const annotation = z.strictObject({
  dashboardUID: z.string().optional(),
  panelId: z.int().optional(),
  time: z.int().optional(),
  timeEnd: z.int().optional(),
  tags: z.array(z.string().max(100)).optional(),
  text: z.string().min(1),
})

/** Keeps its annotations, and lists those that have all the tags asked for. */
export function grafana(): (heard: Heard) => Answer {
  const kept: { readonly tags?: readonly string[] | undefined }[] = []
  return ({ method, path, headers, json }) => {
    if (headers['authorization'] !== 'Bearer glsa_secretpart') return { status: 401 }
    const { pathname, searchParams } = new URL(path, 'http://grafana')
    if (pathname !== '/api/annotations') return { status: 404 }
    const asked = searchParams.getAll('tags')
    if (method === 'GET')
      return { status: 200, body: kept.filter(({ tags }) => asked.every(tag => tags?.includes(tag))) }
    const made = annotation.safeParse(json)
    if (!made.success || made.data.text.includes('<')) return { status: 400 }
    kept.push(made.data)
    return { status: 200, body: { message: 'Annotation added', id: kept.length } }
  }
}

const standing = z.enum(['operational', 'degraded_performance', 'partial_outage', 'major_outage', 'under_maintenance'])
const incident = z.strictObject({
  name: z.string().min(1).max(255).optional(),
  status: z.enum(['investigating', 'identified', 'monitoring', 'resolved']),
  impact_override: z.enum(['none', 'minor', 'major', 'critical']),
  body: z.string().min(1).max(25_000),
  component_ids: z.array(z.string()).optional(),
  components: z.record(z.string(), standing).optional(),
  deliver_notifications: z.boolean(),
  metadata: z.record(z.string(), z.record(z.string(), z.unknown())),
})

/** Keeps its incidents, newest first, as the page does. */
export function statuspage(): (heard: Heard) => Answer {
  const kept: (z.infer<typeof incident> & { readonly id: string })[] = []
  return ({ method, path, headers, json }) => {
    if (headers['authorization'] !== 'OAuth secretpart-of-page')
      return { status: 401, body: { error: 'Could not authenticate' } }
    const { pathname } = new URL(path, 'http://statuspage')
    if (pathname === '/v1/pages/page1' && method === 'GET') return { status: 200, body: { id: 'page1', name: 'Shop' } }
    const [, id] = /^\/v1\/pages\/page1\/incidents(?:\/(\w+))?$/.exec(pathname) ?? [null]
    if (id === null) return { status: 404, body: { error: 'Not found' } }
    if (method === 'GET') return { status: 200, body: kept }
    const made = z.strictObject({ incident }).safeParse(json)
    const at = kept.findIndex(one => one.id === id)
    const isNew = method === 'POST' && id === undefined && made.data?.incident.name !== undefined
    const isMarked = /[<>]|\]\(/.test(`${made.data?.incident.name} ${made.data?.incident.body}`)
    if (!made.success || isMarked || (!isNew && at === -1)) return { status: 422, body: { error: ['is not valid'] } }
    if (isNew) kept.unshift({ ...made.data.incident, id: `inc${kept.length + 1}` })
    else kept[at] = { ...kept[at], ...made.data.incident, id: String(id) }
    return { status: isNew ? 201 : 200, body: kept[isNew ? 0 : at] }
  }
}

const uuid = z.uuid()
const purl = z.string().regex(/^pkg:[a-z]+\/[^@]+@.+$/)
const environment = z.strictObject({ id: z.string().min(1) })
const contents: Readonly<Record<string, z.ZodType>> = {
  'dev.cdevents.service.rolledback.0.3.0': z.strictObject({ environment, artifactId: purl }),
  'dev.cdevents.incident.detected.0.3.0': z.strictObject({ description: z.string().optional(), environment }),
  'dev.cdevents.incident.resolved.0.3.0': z.strictObject({ description: z.string().optional(), environment }),
}
const cdevent = z.strictObject({
  context: z.strictObject({
    specversion: z.literal('0.5.1'),
    id: uuid,
    chainId: uuid,
    source: z.string().min(1),
    type: z.enum(Object.keys(contents)),
    timestamp: z.iso.datetime(),
  }),
  subject: z.strictObject({
    id: z.string().min(1),
    source: z.string().optional(),
    content: z.record(z.string(), z.unknown()),
  }),
  customData: z.unknown(),
  customDataContentType: z.literal('application/json'),
})

/** CloudEvents in binary mode: what its headers say is what the event says. */
export function cdevents({ json, headers }: Heard): Answer {
  const event = cdevent.safeParse(json)
  if (!event.success || headers['authorization'] !== 'Bearer secretpart-of-events') return { status: 400 }
  const { context, subject } = event.data
  const told = ['specversion', 'id', 'source', 'type', 'subject', 'time'].map(name => headers[`ce-${name}`])
  const same = ['1.0', context.id, context.source, context.type, subject.id, context.timestamp]
  const isSame = JSON.stringify(told) === JSON.stringify(same) && headers['content-type'] === 'application/json'
  return { status: isSame && contents[context.type]?.safeParse(subject.content).success === true ? 202 : 422 }
}
