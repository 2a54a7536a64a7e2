import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { checklist } from '../../src/state/checklist.ts'
import { pagerduty, slack } from '../channels/rules.ts'
import { openService, type Answer, type Heard, type Service } from '../channels/service.ts'
import { isEngine, linesOf, openStage, rollbackArgs, runsOf, stateOf, until, type Stage } from '../live/support.ts'

const key = 'secretpartsecretpartsecretpart32'
let stage: Stage | null = null
let service: Service | null = null
afterEach(async () => {
  await stage?.close()
  await service?.close()
  stage = service = null
})

/** The shop with one channel: to Slack, which deduplicates nothing, or to PagerDuty, which does by its key. */
async function open(
  kind: 'slack' | 'pagerduty',
  answer: (heard: Heard) => Answer,
): Promise<{ stage: Stage; service: Service }> {
  service = await openService(answer)
  stage = await openStage({ orderEveryMs: 0 })
  const room =
    kind === 'slack' ? { slack: { webhook: 'env:ROOM' } } : { pagerduty: { routing_key: 'env:ROOM', api: service.url } }
  const { manifestFile } = stage.shop
  const written = parse(readFileSync(manifestFile, 'utf8')) as { notify: object }
  writeFileSync(manifestFile, stringify({ ...written, notify: { room } }))
  return { stage, service }
}

function environment({ url }: Service, kind: 'slack' | 'pagerduty', more: Readonly<Record<string, string>> = {}) {
  return { env: { ROOM: kind === 'slack' ? `${url}/services/T0/B0/secretpart` : key, ...more } }
}

async function resumed(at: Stage, options: ReturnType<typeof environment>): Promise<string> {
  const [directory = ''] = runsOf(at.home)
  const pid = stateOf(directory).engine?.pid ?? 0
  await until(() => !isEngine(pid), 'the killed engine has ended')
  await at.astern(['attach', directory.split('/').at(-1) ?? '', '--headless'], options)
  return directory
}

/** How often each delivery came, counted where they land. */
function deliveries(of: Service): Readonly<Record<string, number>> {
  const names = of.heard().map(({ json }) => /\.(\w+)\.room/.exec(JSON.stringify(json))?.[1] ?? 'resolve')
  return Object.fromEntries([...new Set(names)].map(name => [name, names.filter(one => one === name).length]))
}

describe('an engine killed at a message to a receiver that deduplicates nothing', () => {
  test.each([
    ['before-intent', 'ok', 1],
    ['after-intent', 'unknown', 0],
    ['after-effect', 'unknown', 1],
    ['after-result', 'ok', 1],
  ] as const)('%s: the message is %s, and was sent %s times', async (point, status, times) => {
    const opened = await open('slack', slack)
    const crash = { ASTERN_CRASH_AT: `${point}:message.decided.room` }
    await opened.stage.astern(
      await rollbackArgs(opened.stage, [], environment(opened.service, 'slack')),
      environment(opened.service, 'slack', crash),
    )
    const directory = await resumed(opened.stage, environment(opened.service, 'slack'))
    const state = stateOf(directory)
    expect(deliveries(opened.service)).toEqual({
      opened: 1,
      ...(times === 0 ? {} : { decided: times }),
      resolved: 1,
    })
    expect(state.steps['message.decided.room']?.status).toBe(status)
    const told = checklist(state).find(({ id }) => id === 'told')
    const delivery = state.messages['decided.room']?.command.delivery ?? 'none'
    if (status === 'ok') expect(told?.state).toBe('green')
    else expect(told).toMatchObject({ state: 'red', evidence: expect.stringContaining(delivery) })
    expect(JSON.stringify(linesOf(directory))).not.toContain('secretpart')
  })

  test('while it waits for the answer: the message is in doubt, and is not sent again', async () => {
    const opened = await open('slack', heard =>
      JSON.stringify(heard.json).includes('.decided.') ? 'hang' : slack(heard),
    )
    const ran = opened.stage.astern(
      await rollbackArgs(opened.stage, [], environment(opened.service, 'slack')),
      environment(opened.service, 'slack'),
    )
    await until(() => deliveries(opened.service)['decided'] === 1, 'the message was heard')
    process.kill(stateOf(runsOf(opened.stage.home)[0] ?? '').engine?.pid ?? 0, 'SIGKILL')
    await ran
    const directory = await resumed(opened.stage, environment(opened.service, 'slack'))
    expect(deliveries(opened.service)).toEqual({ opened: 1, decided: 1, resolved: 1 })
    expect(stateOf(directory).steps['message.decided.room']?.status).toBe('unknown')
  })
})

describe('an engine killed at a message to a receiver that deduplicates by a key', () => {
  test.each(['before-intent', 'after-intent', 'after-effect', 'after-result'] as const)(
    '%s: the message arrives, as one under its key',
    async point => {
      const opened = await open('pagerduty', pagerduty)
      const crash = { ASTERN_CRASH_AT: `${point}:message.decided.room` }
      await opened.stage.astern(
        await rollbackArgs(opened.stage, [], environment(opened.service, 'pagerduty')),
        environment(opened.service, 'pagerduty', crash),
      )
      const directory = await resumed(opened.stage, environment(opened.service, 'pagerduty'))
      const keys = opened.service.heard().map(({ json }) => (json as { dedup_key: string }).dedup_key)
      expect(new Set(keys)).toEqual(
        new Set([`astern/${stateOf(directory).run?.environment}/${stateOf(directory).run?.id}`]),
      )
      expect(deliveries(opened.service)).toEqual({ opened: 1, decided: point === 'after-effect' ? 2 : 1, resolve: 1 })
      expect(checklist(stateOf(directory)).find(({ id }) => id === 'told')?.state).toBe('green')
    },
  )
})

describe('a channel that is not well', () => {
  test('is asked again when it wants to be, and the run ends as it should', async () => {
    let asked = 0
    const opened = await open('slack', heard => {
      asked += 1
      return asked === 1
        ? { status: 429, headers: { 'retry-after': '2' } }
        : asked === 2
          ? { status: 500 }
          : slack(heard)
    })
    const ran = await opened.stage.astern(
      await rollbackArgs(opened.stage, [], environment(opened.service, 'slack')),
      environment(opened.service, 'slack'),
    )
    expect(ran.code).toBe(0)
    const [directory = ''] = runsOf(opened.stage.home)
    expect(stateOf(directory).steps['message.opened.room']).toMatchObject({ status: 'ok', attempt: 3 })
    const begun = linesOf(directory).filter(
      ({ event }) => event.kind === 'step.begun' && event.step === 'message.opened.room',
    )
    expect((begun[1]?.mono ?? 0) - (begun[0]?.mono ?? 0)).toBeGreaterThanOrEqual(2000)
  })

  test('that refuses, or cuts the line, keeps no step from being done, and stays red with its word', async () => {
    const opened = await open('slack', heard =>
      JSON.stringify(heard.json).includes('.decided.') ? 'cut' : { status: 403, body: 'invalid_token' },
    )
    const ran = await opened.stage.astern(
      await rollbackArgs(opened.stage, [], environment(opened.service, 'slack')),
      environment(opened.service, 'slack'),
    )
    const state = stateOf(runsOf(opened.stage.home)[0] ?? '')
    const red = checklist(state).filter(item => item.state !== 'green')
    expect(red.map(({ id }) => id)).toEqual(['told'])
    expect(red[0]?.evidence).toContain('Slack answers 403 (invalid_token)')
    expect(red[0]?.evidence).toContain(state.messages['decided.room']?.command.delivery)
    expect(deliveries(opened.service)).toEqual({ opened: 1, decided: 1, resolved: 1 })
    expect(ran.code).toBe(1)
  })
})
