import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { openMailServer } from '../channels/mail.ts'
import * as rules from '../channels/rules.ts'
import { openService, type Service } from '../channels/service.ts'
import { openStage, type Ran, type Stage } from './support.ts'

const key = 'secretpartsecretpartsecretpart32'
let stage: Stage | null = null
const services: Service[] = []
let mail: Awaited<ReturnType<typeof openMailServer>> | null = null
afterEach(async () => {
  await stage?.close()
  stage = null
  await mail?.close()
  mail = null
  for (const service of services.splice(0)) await service.close()
})

/** The shop with channels, each before a service with its rules, and one of e-mail. */
async function open() {
  for (const rule of [rules.slack, rules.pagerduty, rules.statuspage(), rules.grafana()])
    services.push(await openService(rule))
  mail = await openMailServer()
  const [slack, pagerduty, statuspage, grafana] = services
  stage = await openStage({ orderEveryMs: 0 })
  const { manifestFile } = stage.shop
  const written = parse(readFileSync(manifestFile, 'utf8')) as { notify: object }
  const notify = {
    room: { slack: { webhook: 'env:ROOM' } },
    pager: { pagerduty: { routing_key: 'env:KEY', api: pagerduty?.url } },
    page: { statuspage: { page: 'page1', key: 'env:PAGE', api: statuspage?.url }, audience: 'public' },
    board: {
      email: { smtp: `smtp://127.0.0.1:${mail.port}`, tls: 'none', from: 'a@shop.example', to: ['b@shop.example'] },
    },
    graphs: { grafana: { url: grafana?.url, token: 'env:GRAPHS' } },
  }
  writeFileSync(manifestFile, stringify({ ...written, notify }))
  const env = {
    ROOM: `${slack?.url}/services/T0/B0/secretpart`,
    KEY: key,
    PAGE: 'secretpart-of-page',
    GRAPHS: 'glsa_secretpart',
  }
  const doctor = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ran> | undefined =>
    stage?.astern(['doctor', '--json', ...args], { env: { ...env, ...more } })
  return { doctor, writes: () => services.map(of => of.heard().filter(({ method }) => method !== 'GET').length) }
}

type Finding = { readonly requirement: string; readonly what: string; readonly ok: boolean }

function channelsIn(ran: Ran | undefined): readonly Finding[] {
  return (JSON.parse(ran?.stdout ?? '[]') as Finding[]).filter(({ requirement }) => requirement === 'channels')
}

describe('the doctor', () => {
  test('reaches each channel with its credentials and sends nothing; what is wrong it names, without the secret', async () => {
    const { doctor, writes } = await open()
    const well = await doctor([])
    expect(channelsIn(well).map(({ what, ok }) => `${ok} ${what}`)).toEqual([
      'true room: Slack: its server is reached; nothing was sent',
      'true pager: PagerDuty: its server is reached; nothing was sent',
      'true page: Statuspage: page page1 can be read with its key; nothing was sent',
      'true board: e-mail: its server is reached; nothing was sent',
      'true graphs: Grafana: its annotations can be read with its token; nothing was sent',
    ])
    const ill = await doctor([], { KEY: 'secretpart-too-short', PAGE: 'secretpart-wrong', GRAPHS: 'secretpart-wrong' })
    expect(channelsIn(ill).map(({ what, ok }) => `${ok} ${what}`)).toEqual([
      'true room: Slack: its server is reached; nothing was sent',
      'false pager: PagerDuty: its routing key is not one: those have 32 letters and digits',
      'false page: Statuspage answers 401 when it is asked for page page1',
      'true board: e-mail: its server is reached; nothing was sent',
      'false graphs: Grafana answers 401 when it is asked for its annotations',
    ])
    expect([well?.code, ill?.code, ill?.stdout.includes('secretpart')]).toEqual([0, 1, false])
    expect([writes(), mail?.mails]).toEqual([[0, 0, 0, 0], []])
  })

  test('sends a marked test where it was asked to, takes its alert back, and leaves the public page alone', async () => {
    const { doctor, writes } = await open()
    const ran = await doctor(['--send-test'])
    expect(
      channelsIn(ran)
        .slice(5)
        .map(({ what, ok }) => `${ok} ${what}`),
    ).toEqual([
      expect.stringMatching(
        /^true room \(slack\): a test message was taken; see that it is there \(test\.note\.room\.\d+\)$/,
      ),
      expect.stringMatching(/^true pager \(pagerduty\): a test message was taken/),
      'true page (statuspage): no test was sent: everybody would see it on the page',
      expect.stringMatching(/^true board \(email\): a test message was taken/),
      expect.stringMatching(/^true graphs \(grafana\): a test message was taken/),
    ])
    expect(writes()).toEqual([1, 2, 0, 1])
    expect(mail?.mails.map(({ to, text }) => [to, text.includes('Subject: [TEST] shop')])).toEqual([
      [['b@shop.example'], true],
    ])
    const [slack, pagerduty] = services
    expect(JSON.stringify(slack?.heard().at(-1)?.json)).toContain('[TEST] shop')
    const events = pagerduty?.heard().map(({ json }) => json as { event_action: string; dedup_key: string })
    expect(events?.map(({ event_action }) => event_action)).toEqual(['trigger', 'resolve'])
    expect(new Set(events?.map(({ dedup_key }) => dedup_key)).size).toBe(1)
  })
})
