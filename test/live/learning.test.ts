import { readFileSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { basename } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { stepsDone } from '../../src/state/steps.ts'
import { approve, pressed } from './keys.ts'
import { openStage, rollbackArgs, runsOf, stateOf, undoByHash, until, untilRun, type Stage } from './support.ts'
import { openTerminal, type Terminal } from './terminal.ts'

let stage: Stage | null = null
let terminal: Terminal | null = null
let request: Socket | null = null
afterEach(async () => {
  request?.destroy()
  terminal?.kill('SIGKILL')
  terminal = null
  await stage?.close()
  stage = null
})

test('a plan has the times of the runs before it, and a grace that was too short is taken by keys into the file, every comment kept', async () => {
  stage = await openStage({ orderEveryMs: 0 })
  const { shop, home } = stage
  const written = commented(readFileSync(shop.manifestFile, 'utf8'))
  writeFileSync(shop.manifestFile, written)

  expect((await stage.astern(await rollbackArgs(stage))).code).toBe(0)
  const [first = ''] = runsOf(home)
  expect(stateOf(first).plan?.plan.estimates).toEqual([
    'No past run of this environment did these steps: each is estimated by its kind.',
  ])
  await undoByHash(stage, first)
  const plan = JSON.parse((await stage.astern(['plan', '--json'])).stdout) as { plan: ReturnType<typeof planOf> }
  const stop = plan.plan.steps.find(({ id }) => id === 'gateway@local.stop')
  const took = stateOf(first).steps['gateway@local.stop']
  const ms = new Date(took?.settledAt ?? '').getTime() - new Date(took?.begunAt ?? '').getTime()
  const estimated = stop?.estimated
  if (estimated?.from !== 'runs') throw new Error('it is not estimated from past runs')
  expect(estimated.leastMs).toBeLessThanOrEqual(ms)
  expect(estimated.mostMs).toBeGreaterThanOrEqual(ms)
  expect((await stage.astern(['plan'])).stdout).toMatch(
    /stop gateway on local {3}\(\d\.\d s, (as in 1 run|\d\.\d s to \d\.\d s in \d runs)\)/,
  )

  request = await unanswered(shop.ports.gateway)
  terminal = openTerminal(stage, ['rollback', '--emergency'])
  await approve(terminal)
  const directory = await untilRun(
    home,
    state => stepsDone(state) && state.learnt !== null && state.closed === null,
    'the run has learnt',
  )
  expect(stateOf(directory).steps['gateway@local.stop']?.says).toContain('SIGKILL was needed')
  await until(() => terminal?.text().includes('Write the lessons'), 'phase 6')
  await pressed(terminal, 'p', () => terminal?.text().includes('One by one') === true, 'the list')
  expect(terminal.text()).toContain('open: services.gateway.stop.grace: 5s -> ')
  await pressed(terminal, '\r', () => terminal?.text().includes('+      grace: ') === true, 'the lines of the file')
  for (const focus of ['❯ Reason', '❯ [ Answer ]'])
    await pressed(terminal, '\r', () => terminal?.text().includes(focus) === true, focus)
  terminal.write('\r')
  await until(() => stateOf(directory).answered['stop-grace.gateway']?.written !== null, 'it is written')

  const becomes = /services\.gateway\.stop\.grace: 5s -> (\w+)/.exec(
    (await stage.astern(['learn', basename(directory)])).stdout,
  )?.[1]
  const at = written.indexOf('gateway:', written.indexOf('services:'))
  const expected = written.slice(0, at) + written.slice(at).replace('grace: 5s', `grace: ${becomes ?? ''}`)
  expect(readFileSync(shop.manifestFile, 'utf8')).toBe(expected)
  expect(stateOf(directory).answered).toMatchObject({
    'stop-grace.gateway': { answer: 'accept', written: { ok: true } },
  })
})

test('what a run that is over taught is taken by command, in an errand of its own, and turned down for good wants a reason', async () => {
  stage = await openStage({ orderEveryMs: 0 })
  const { shop, home } = stage
  writeFileSync(shop.manifestFile, commented(readFileSync(shop.manifestFile, 'utf8')))
  const before = readFileSync(shop.manifestFile, 'utf8')
  request = await unanswered(shop.ports.gateway)
  const ran = await stage.astern(await rollbackArgs(stage))
  const [first = ''] = runsOf(home)
  const run = basename(first)
  expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining(`proposed for astern.yaml: astern learn ${run}`)])
  const shown = JSON.parse((await stage.astern(['learn', run, '--json'])).stdout) as Listed
  expect(shown.proposals.find(({ id }) => id === 'stop-grace.gateway')).toMatchObject({
    standing: { word: 'open' },
    evidence: [{ run, says: expect.stringContaining('then SIGKILL') }],
    diff: expect.arrayContaining(['-      grace: 5s # "it" drains first: { [']),
  })
  expect((await stage.astern(['learn', run, '--accept', 'nothing'])).code).toBe(2)
  expect((await stage.astern(['learn', run, '--never', 'stop-grace.gateway'])).code).toBe(2)
  expect(readFileSync(shop.manifestFile, 'utf8')).toBe(before)

  const taken = await stage.astern(['learn', run, '--accept', 'stop-grace.gateway'])
  expect([taken.code, taken.stderr]).toEqual([0, `stop-grace.gateway: it stands in ${shop.manifestFile}\n`])
  const after = readFileSync(shop.manifestFile, 'utf8')
  expect(after.split('\n').filter((line, index) => line !== before.split('\n')[index])).toEqual([
    expect.stringMatching(/^ {6}grace: \d+s # "it" drains first: \{ \[$/),
  ])
  const again = JSON.parse((await stage.astern(['learn', '--json'])).stdout) as Listed
  expect(again.proposals.find(({ id }) => id === 'stop-grace.gateway')?.standing.word).toBe('in the file')
  expect(readFileSync(`${first}/report/incident.md`, 'utf8')).toContain('proposed changes to astern')
})

test('what a run taught that still goes on is taken by command through its engine, while nobody is at the helm, and refused while somebody is', async () => {
  stage = await openStage({ orderEveryMs: 0 })
  const { shop, home } = stage
  request = await unanswered(shop.ports.gateway)
  terminal = openTerminal(stage, ['rollback', '--emergency'])
  await approve(terminal)
  const directory = await untilRun(home, state => (state.learnt?.proposals.length ?? 0) > 0, 'the run has learnt')
  const take = ['learn', basename(directory), '--accept', 'stop-grace.gateway']
  const refused = await stage.astern(take)
  expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('has the helm')])
  terminal.kill('SIGKILL')
  await until(() => stateOf(directory).helm.holder === null, 'nobody is at the helm')
  const taken = await stage.astern(take)
  expect([taken.code, taken.stderr]).toEqual([0, `stop-grace.gateway: it stands in ${shop.manifestFile}\n`])
  const { answered, helm, closed } = stateOf(directory)
  expect([answered['stop-grace.gateway']?.written?.ok, helm.holder, closed]).toEqual([true, null, null])
  expect(readFileSync(shop.manifestFile, 'utf8')).toMatch(/grace: 1\ds/)
})

type Listed = {
  readonly proposals: readonly {
    readonly id: string
    readonly standing: { readonly word: string }
    readonly diff: readonly string[]
  }[]
}

/** A comment above every key of a line of its own, and one behind every grace. */
function commented(text: string): string {
  const lines = text.split('\n').flatMap(line => {
    const [, indent] = /^( *)[a-z_]+:$/.exec(line) ?? []
    const behind = line.includes('grace:') ? `${line} # "it" drains first: { [` : line
    return indent === undefined ? [behind] : [`${indent}# about the next: it's so`, behind]
  })
  return lines.join('\n')
}

/** A request whose body never comes: whoever waits for it does not stop when told to. */
async function unanswered(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  await new Promise<void>(done =>
    socket.write('POST /checkout HTTP/1.1\r\nhost: shop\r\ncontent-length: 10\r\n\r\n', () => done()),
  )
  return socket
}

function planOf(directory: string) {
  const plan = stateOf(directory).plan?.plan
  if (plan === undefined) throw new Error('no plan')
  return plan
}
