import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { holdersOf } from '../../demo/processes.ts'
import { checklist } from '../../src/state/checklist.ts'
import { stepsDone } from '../../src/state/steps.ts'
import { finished, openStage, rollbackArgs, runsOf, stateOf, untilRun, type Stage } from './support.ts'

let stage: Stage | null = null
afterEach(async () => {
  await stage?.close()
  stage = null
})

type Written = {
  services: Record<string, { release: { env: Record<string, string> } }>
  timing: Record<string, string>
  checks: unknown[]
}

/** Each point's cause spoiled from outside: `before` the run, or `during` it. */
const spoils: readonly {
  readonly item: string
  readonly how: string
  readonly before?: (stage: Stage) => void
  readonly during?: (stage: Stage) => Promise<void>
}[] = [
  {
    item: 'rollback',
    how: 'the worker hangs while its health is awaited',
    before: stage =>
      rewrite(stage, written => Object.assign(written.timing, { health_deadline: '4s', probe_timeout: '2s' })),
    during: async ({ home, shop }) => {
      await untilRun(home, ({ steps }) => steps['worker@local.health']?.status === 'running', 'the worker is started')
      const worker = holderOf(shop, 'worker')
      process.kill(worker, 'SIGSTOP')
      await untilRun(
        home,
        ({ steps }) => ['failed', 'skipped'].includes(steps['worker@local.health']?.status ?? ''),
        'its health has failed',
      )
      process.kill(worker, 'SIGCONT')
    },
  },
  {
    item: 'services',
    how: 'the worker says it is another version',
    before: stage =>
      rewrite(stage, written => Object.assign(written.services['worker']!.release.env, { SAYS_VERSION: '9.9.9' })),
  },
  {
    item: 'database',
    how: 'an order belongs to no customer',
    before: ({ shop }) => {
      const database = new DatabaseSync(shop.database, { enableForeignKeyConstraints: false, timeout: 5000 })
      database.exec("INSERT INTO orders (customer_id, sku, quantity, state) VALUES (999, 'tea', 1, 'shipped')")
      database.close()
    },
  },
  {
    item: 'checks',
    how: 'a check fails',
    before: stage =>
      rewrite(stage, written => {
        const url = `http://127.0.0.1:${stage.shop.ports.gateway}/returns`
        written.checks.push({ name: 'returns', http: { url }, assert: [{ status: 200 }], attempts: 1 })
      }),
  },
  {
    item: 'impact',
    how: 'what users reach hangs for a moment after the last step',
    before: stage => rewrite(stage, written => Object.assign(written.timing, { watch: '8s', probe_timeout: '2s' })),
    during: async ({ home, shop }) => {
      const directory = await untilRun(home, state => stepsDone(state), 'all steps are done')
      const gateway = holderOf(shop, 'gateway')
      process.kill(gateway, 'SIGSTOP')
      await untilRun(
        home,
        ({ signals }) => signals['users:catalogue']?.state === 'unhealthy',
        'the hang was seen',
      ).finally(() => process.kill(gateway, 'SIGCONT'))
      expect(stateOf(directory).suites.after).toBe(null)
    },
  },
  { item: 'told', how: 'the channel is down', before: ({ shop }) => shop.receiver.answerWith(503) },
  { item: 'documented', how: 'the document cannot be written', during: stage => occupy(stage, 'incident.md') },
  { item: 'review', how: 'the invitation cannot be written', during: stage => occupy(stage, 'post-mortem.ics') },
]

/** Number 0 would be this process and all that were started with it. */
function holderOf(shop: Stage['shop'], service: string): number {
  const [pid] = holdersOf(join(shop.root, 'host', service, 'shared', 'run.lock'))
  if (pid === undefined) throw new Error(`${service} does not run`)
  return pid
}

describe('the checklist', () => {
  test.each(spoils)('turns red at "$item", and nowhere else, when $how', async ({ item, before, during }) => {
    stage = await openStage({ orderEveryMs: 0 })
    before?.(stage)
    const child = stage.start(await rollbackArgs(stage))
    const [ran] = await Promise.all([finished(child), during?.(stage)])
    const state = stateOf(runsOf(stage.home)[0] ?? '')
    const red = checklist(state).filter(({ state: is }) => is !== 'green')
    expect(red.map(({ id, state: is }) => `${id} ${is}`)).toEqual([`${item} red`])
    expect(ran.code).toBe(1)
  })
})

function rewrite({ shop }: Stage, change: (written: Written) => void): void {
  const written = parse(readFileSync(shop.manifestFile, 'utf8')) as Written
  change(written)
  writeFileSync(shop.manifestFile, stringify(written))
}

/** A directory stands where the file should. */
async function occupy({ home }: Stage, name: string): Promise<void> {
  const directory = await untilRun(home, ({ run }) => run !== null, 'the run is open')
  mkdirSync(join(directory, 'report', name), { recursive: true })
}
