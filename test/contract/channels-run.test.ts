import { afterEach, describe, expect, test } from 'vitest'
import { channelAct } from '../../src/targets/channels/acts.ts'
import { kinds } from '../channels/kinds.ts'
import { context, decided, resolved, send } from '../channels/message.ts'
import { openService, type Service } from '../channels/service.ts'

const means = {
  resolve: (value: string) => Promise.resolve(value),
  now: () => new Date('2026-11-22T03:12:40Z'),
  timeoutMs: 2000,
}
let service: Service | null = null
afterEach(async () => {
  await service?.close()
  service = null
})

async function open(name: string) {
  const kind = kinds.find(one => one.name === name)
  if (kind === undefined) throw new Error(`no channel to ${name}`)
  const opened = await openService(kind.service())
  service = opened
  const asked = () =>
    opened
      .heard()
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path, json }) => ({ method, path, json }))
  return { channel: channelAct(kind.channel(opened.url), means), asked, nextWrite: opened.nextWrite }
}

describe('over a run', () => {
  test('Slack shows a header, the text, and when the next word comes', async () => {
    const { channel, asked } = await open('Slack')
    await send(channel, decided)
    expect(asked()[0]?.json).toEqual({
      text: 'SEV-1 shop: restoring 1.2.2: We are restoring the previous version. Next update by 03:32 UTC.',
      mrkdwn: false,
      unfurl_links: false,
      unfurl_media: false,
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: 'SEV-1 shop: restoring 1.2.2', emoji: false } },
        { type: 'section', text: { type: 'plain_text', text: decided.text, emoji: false } },
        {
          type: 'context',
          elements: [
            {
              type: 'plain_text',
              text: 'run r-1118-a · r-1118-a.decided.room · next update by 03:32 UTC',
              emoji: false,
            },
          ],
        },
      ],
    })
  })

  test('Slack that answers 200 and not "ok" has not taken it', async () => {
    const { channel, nextWrite } = await open('Slack')
    nextWrite({ status: 200, body: '<html>sign in</html>' })
    expect(await send(channel, decided)).toMatchObject({ ok: false, observed: { refused: true } })
  })

  test.each([
    { kind: 'slack', url: 'http://hooks.slack.example/services/T0/B0/secretpart', audience: 'team' },
    { kind: 'teams', url: 'http://teams.example/?sig=secretpart', audience: 'team' },
  ] as const)('$kind is not sent to in clear, where anybody on the way could read the address', async channel => {
    const outcome = await send(channelAct(channel, means), decided)
    expect(outcome).toMatchObject({ ok: false, observed: { refused: true } })
    expect(JSON.stringify(outcome)).toContain('is not https')
    expect(JSON.stringify(outcome)).not.toContain('secretpart')
  })

  test('PagerDuty hears of one alert, triggered and resolved under one key', async () => {
    const { channel, asked } = await open('PagerDuty alert')
    await send(channel, decided)
    await send(channel, resolved)
    const addressed = { routing_key: 'secretpartsecretpartsecretpart32', dedup_key: 'astern/shop/r-1118-a' }
    expect(asked().map(({ json }) => json)).toEqual([
      {
        ...addressed,
        event_action: 'trigger',
        payload: {
          summary: `${decided.subject}: ${decided.text}`,
          source: 'astern/shop',
          severity: 'critical',
          timestamp: '2026-11-22T03:12:40.123+0000',
          component: 'check out',
          group: 'shop',
          class: 'rollback',
          custom_details: {
            run: 'r-1118-a',
            delivery: 'r-1118-a.decided.room',
            moment: 'decided',
            text: decided.text,
            from: '1.3.0',
            to: '1.2.2',
            data: null,
            next_update: '2026-11-22T03:32:40.123Z',
          },
        },
        client: 'Astern',
      },
      { ...addressed, event_action: 'resolve' },
    ])
  })

  test('PagerDuty wakes nobody in a drill', async () => {
    const { channel, asked } = await open('PagerDuty alert')
    await send(channel, { ...decided, facts: { ...decided.facts!, class: 'drill' } })
    expect(asked()[0]?.json).toMatchObject({ payload: { severity: 'info' } })
  })

  test('Statuspage has one incident, made, updated and resolved, and each delivery kept at it', async () => {
    const { channel, asked } = await open('Statuspage')
    await send(channel, decided)
    await send(channel, resolved)
    const common = { impact_override: 'critical', component_ids: ['comp1'], deliver_notifications: true }
    const first = { 'r-1118-a.decided.room': '2026-11-22T03:12:40.123Z' }
    expect(asked()).toEqual([
      {
        method: 'POST',
        path: '/v1/pages/page1/incidents',
        json: {
          incident: {
            ...common,
            name: decided.subject,
            status: 'identified',
            body: decided.text,
            components: { comp1: 'major_outage' },
            metadata: { astern: { run: 'r-1118-a', status: 'identified', deliveries: first } },
          },
        },
      },
      {
        method: 'PATCH',
        path: '/v1/pages/page1/incidents/inc1',
        json: {
          incident: {
            ...common,
            status: 'resolved',
            body: resolved.text,
            components: { comp1: 'operational' },
            metadata: {
              astern: {
                run: 'r-1118-a',
                status: 'resolved',
                deliveries: { ...first, 'r-1118-a.resolved.room': '2026-11-22T03:20:00.000Z' },
              },
            },
          },
        },
      },
    ])
    expect(await channel.probe(decided, context)).toMatchObject({ verdict: 'holds' })
    expect(await channel.probe(decided, { ...context, run: 'another' })).toMatchObject({ verdict: 'not yet' })
  })

  test('Statuspage stays at monitoring when the next update comes', async () => {
    const { channel, asked } = await open('Statuspage')
    for (const moment of ['opened', 'progress', 'decided', 'restored', 'progress'] as const)
      await send(channel, { ...decided, moment, delivery: `r.${moment}.${asked().length}` })
    const statuses = asked().map(({ json }) => (json as { incident: { status: string } }).incident.status)
    expect(statuses).toEqual(['investigating', 'investigating', 'identified', 'monitoring', 'monitoring'])
  })

  test('Statuspage tells no subscriber of a drill', async () => {
    const { channel, asked } = await open('Statuspage')
    await send(channel, { ...decided, facts: { ...decided.facts!, class: 'drill' } })
    expect(asked()[0]?.json).toMatchObject({ incident: { deliver_notifications: false } })
  })

  test('Grafana has a mark at the decision, and at the end one over the whole run; each is found again by its delivery', async () => {
    const { channel, asked } = await open('Grafana')
    expect(await channel.probe(decided, context)).toMatchObject({ verdict: 'not yet' })
    await send(channel, decided)
    await send(channel, resolved)
    const tags = (moment: string) => [
      'astern',
      'rollback',
      'environment:shop',
      `moment:${moment}`,
      'run:r-1118-a',
      `delivery:r-1118-a.${moment}.room`,
    ]
    expect(asked().map(({ json }) => json)).toEqual([
      {
        time: Date.parse('2026-11-22T03:12:40.123Z'),
        tags: tags('decided'),
        text: `${decided.subject}\n${decided.text}`,
      },
      {
        time: Date.parse('2026-11-22T03:05:00Z'),
        timeEnd: Date.parse('2026-11-22T03:20:00Z'),
        tags: tags('resolved'),
        text: `${resolved.subject}\n${resolved.text}`,
      },
    ])
    expect(await channel.probe(decided, context)).toMatchObject({ verdict: 'holds' })
  })

  test('CDEvents tell of the incident, of each service rolled back, and of the end, under the same ids whenever they are sent again', async () => {
    const { channel, asked } = await open('CDEvents')
    await send(channel, decided)
    await send(channel, resolved)
    await send(channel, resolved)
    const events = asked().map(({ json }) => json as { context: { id: string; type: string }; subject: object })
    const of = { environment: { id: 'shop' } }
    expect(events.slice(0, 4).map(({ context: { type }, subject }) => ({ type, subject }))).toEqual([
      {
        type: 'dev.cdevents.incident.detected.0.3.0',
        subject: { id: 'incident/r-1118-a', source: '/astern/shop', content: { ...of, description: decided.text } },
      },
      {
        type: 'dev.cdevents.service.rolledback.0.3.0',
        subject: {
          id: 'service/api',
          source: '/host/web-1',
          content: { ...of, artifactId: `pkg:oci/api@sha256%3A${'9c'.repeat(32)}` },
        },
      },
      {
        type: 'dev.cdevents.service.rolledback.0.3.0',
        subject: {
          id: 'service/worker',
          source: '/host/web-1',
          content: { ...of, artifactId: 'pkg:generic/worker@1.2.2' },
        },
      },
      {
        type: 'dev.cdevents.incident.resolved.0.3.0',
        subject: { id: 'incident/r-1118-a', source: '/astern/shop', content: { ...of, description: resolved.text } },
      },
    ])
    const ids = events.map(({ context: { id } }) => id)
    expect(ids.slice(4)).toEqual(ids.slice(1, 4))
    expect(new Set(ids).size).toBe(4)
  })

  test('a change event says at the end what was changed', async () => {
    const { channel, asked } = await open('PagerDuty change event')
    await send(channel, resolved)
    expect(asked()).toEqual([
      {
        method: 'POST',
        path: '/v2/change/enqueue',
        json: {
          routing_key: 'secretpartsecretpartsecretpart32',
          payload: {
            summary: `${resolved.subject}: ${resolved.text}`,
            source: 'astern/shop',
            timestamp: '2026-11-22T03:20:00.000+0000',
            custom_details: {
              run: 'r-1118-a',
              delivery: 'r-1118-a.resolved.room',
              moment: 'resolved',
              text: resolved.text,
              from: '1.3.0',
              to: '1.2.2',
              data: 'Data: none lost.',
              next_update: null,
            },
          },
        },
      },
    ])
  })
})
