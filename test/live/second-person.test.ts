import { appendFileSync, chmodSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { gateOf } from '../../src/state/gates.ts'
import { nobody } from './other-account.ts'
import { linesOf, openStage, rollbackArgs, runsOf, stateOf, until, type Stage } from './support.ts'

let stage: Stage | null = null
afterEach(async () => {
  await stage?.close()
  stage = null
})

test('nothing is begun on the word of one account where the manifest wants two, and all of it once another gave theirs', async () => {
  const twoPersons = { prepare: ({ manifestFile }: Stage['shop']) => appendFileSync(manifestFile, manifest) }
  stage = await openStage({ orderEveryMs: 0, ...twoPersons })
  const { astern, home, shop } = stage
  const planned = await astern(['plan'])
  expect(planned.stdout).toContain('A second person approves it too, from another account: astern approve')

  const args = await rollbackArgs(stage)
  const confirmed = args.slice(args.indexOf('--confirm'))
  const opened = await astern(args)
  const [directory = ''] = runsOf(home)
  const run = basename(directory)
  expect([opened.code, opened.stderr]).toEqual([4, expect.stringContaining(`astern approve ${run}`)])
  expect(gateOf(stateOf(directory))?.kind).toBe('second person')

  const same = await astern(['approve', run, ...confirmed])
  expect([same.code, same.stderr]).toEqual([
    3,
    expect.stringContaining('root approved this plan already. A second person approves it, from another account.'),
  ])

  for (const path of [shop.root, home, join(home, 'runs'), directory]) chmodSync(path, 0o755)
  for (const file of [shop.manifestFile, join(directory, 'journal.jsonl')]) chmodSync(file, 0o644)
  const other = { uid: nobody, env: { HOME: '/tmp' } }
  const unnamed = await astern(['approve', run], other)
  expect([unnamed.code, unnamed.stderr]).toEqual([
    3,
    expect.stringContaining('it wants --confirm shop --confirm main --confirm-plan '),
  ])
  expect(begunIn(directory)).toEqual([])

  const approved = await astern(['approve', run, ...confirmed], other)
  expect([approved.code, approved.stdout]).toEqual([0, expect.stringContaining('is approved: it is carried out now')])
  await until(() => begunIn(directory).length > 0, 'the plan is carried out')
  expect(stateOf(directory).plan?.approved).toMatchObject({ by: 'root', second: 'nobody', typed: ['shop', 'main'] })
  expect((await astern(['approve', run, ...confirmed], other)).code).toBe(3)
})

const manifest = '\napproval: { second_person: always }\n'

/** Steps of the plan: messages, the lock and the record have no phase of it. */
function begunIn(directory: string): readonly string[] {
  const planned = new Set(stateOf(directory).plan?.plan.steps.map(({ id }) => id))
  return linesOf(directory).flatMap(({ event }) =>
    event.kind === 'step.begun' && planned.has(event.step) ? [event.step] : [],
  )
}
