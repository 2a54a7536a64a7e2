import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStage, runsOf, type Stage } from './support.ts'

let stage: Stage
let good = ''
beforeAll(async () => {
  stage = await openStage({ orderEveryMs: 0 })
  good = readFileSync(stage.shop.manifestFile, 'utf8')
})
afterAll(() => stage.close())

const bad: readonly {
  readonly what: string
  readonly from: string | RegExp
  readonly to: string
  readonly says: RegExp
  readonly env?: Record<string, string>
}[] = [
  { what: 'YAML that is none', from: 'hosts:', to: 'hosts: [', says: /astern\.yaml:\d+:\d+ {2}this is not YAML/ },
  {
    what: 'an unknown key',
    from: 'hosts:\n  local',
    to: 'hots:\n  local',
    says: /hots: unknown key hots\n {4}next: Did you mean hosts/,
  },
  {
    what: 'an unknown host',
    from: /hosts:\n {6}- local/,
    to: 'hosts:\n      - web-9',
    says: /services\.auth\.hosts\[0\]: there is no host web-9\n {4}next: .*local/,
  },
  {
    what: 'a circle of dependencies',
    from: 'depends_on: []',
    to: 'depends_on: [gateway]',
    says: /depends on itself: (auth|api|gateway) -> .*\n {4}next/,
  },
  {
    what: 'a missing secret',
    from: '',
    to: '',
    says: /the secret env:PROBE_PASSWORD is not there\n {4}next: Set PROBE_PASSWORD/,
    env: { PROBE_PASSWORD: '' },
  },
]

describe('bad input', () => {
  test.each(bad)(
    '$what is one clear message with its place and the next action, exit 2, and nothing is touched',
    async ({ from, to, says, env = {} }) => {
      const before = [runsOf(stage.home), readdirSync(join(stage.shop.root, 'host', '.astern'))]
      writeFileSync(stage.shop.manifestFile, good.replace(from, to))
      const ran = await stage.astern(['rollback', '--headless'], { env })
      writeFileSync(stage.shop.manifestFile, good)
      expect(ran.code).toBe(2)
      expect(ran.stdout).toBe('')
      expect(ran.stderr).toMatch(says)
      expect(ran.stderr).toMatch(/astern\.yaml:\d+:\d+/)
      expect([runsOf(stage.home), readdirSync(join(stage.shop.root, 'host', '.astern'))]).toEqual(before)
    },
  )

  test.each([['fly'], ['rollback', '--sideways'], ['gate']])(
    'astern %s is a matter of usage, exit 2',
    async (...args) => {
      expect((await stage.astern(args)).code).toBe(2)
    },
  )
})

describe('commands that only look', () => {
  test('say how things stand, in words and as JSON', async () => {
    const doctor = await stage.astern(['doctor', '--json'])
    expect(doctor.code).toBe(0)
    expect((JSON.parse(doctor.stdout) as { ok: boolean }[]).every(({ ok }) => ok)).toBe(true)
    const check = await stage.astern(['check', '--json'])
    expect(check.code).toBe(1)
    expect(
      (JSON.parse(check.stdout) as { name: string; verdict: string }[]).map(
        ({ name, verdict }) => `${name}: ${verdict}`,
      ),
    ).toEqual([
      'log in: pass',
      'catalogue: pass',
      'check out: fail',
      'read the order back: inconclusive',
      'no order is lost on the way: pass',
    ])
    const plan = await stage.astern(['plan'])
    expect([plan.code, plan.stdout]).toEqual([
      0,
      expect.stringContaining('down 20261118, 3 of 3: drop table order_notes'),
    ])
    expect((await stage.astern(['runs'])).stdout).toMatch(/record/)
    expect((await stage.astern(['version'])).stdout).toMatch(/^astern \d/)
  })
})
