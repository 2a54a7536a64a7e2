import { cpSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sha256 } from '../../src/runners/journal/read.ts'
import { parseList } from '../../src/state/drill/production.ts'
import { elsewhere, layOut, markIn, openDrillStage, textOf, type DrillStage } from './drill-stage.ts'

let stage: DrillStage

beforeEach(() => {
  stage = openDrillStage()
  stage.write('staging.yaml')
  stage.write('production.yaml')
  stage.publish(elsewhere)
})
afterEach(() => stage.close())

const mark = (config?: string) => stage.astern(['drill', '--mark', '--confirm', 'shop-staging'], config)

const check: DrillStage['check'] = (...asked) => stage.check(...asked)

const accepted = [0]

describe('a mark', () => {
  test('is put at every target by permit, in a journal of its own, and is bound to that very target', async () => {
    expect(await check()).toEqual([3, 'mark.missing', 'mark.missing'])
    const ran = await mark()
    expect([ran.code, ran.stdout]).toEqual([0, 'marked for drills of shop-staging (staging): local, main\n'])
    expect(stage.done('drill mark')).toEqual([
      'begun drill.mark',
      'ok drill mark.1',
      'begun database.mark',
      'ok drill mark.2',
    ])
    const { dev, ino } = statSync(join(stage.root, 'staging/shop.db'), { bigint: true })
    expect(markIn(join(stage.root, 'staging/shop.db'))).toMatchObject({
      environment: 'shop-staging',
      class: 'staging',
      identity: { ids: [expect.stringMatching(new RegExp(`^file:[0-9a-f]{32}:${dev}:${ino}$`)), expect.anything()] },
    })
    expect(await check()).toEqual(accepted)
    expect((await mark()).code).toBe(0)
    expect(stage.done('drill mark').slice(4)).toEqual(['already drill mark.1', 'already drill mark.2'])
  })

  test.each([
    ['without a terminal and without the name', []],
    ['with another name', ['--confirm', 'shop']],
  ])('is not put anywhere %s', async (_, confirm) => {
    const ran = await stage.astern(['drill', '--mark', ...confirm])
    expect([ran.code, ran.stdout]).toEqual([3, ''])
    expect(ran.stderr).toContain('--confirm shop-staging')
    expect(markIn(join(stage.root, 'staging/shop.db'))).toBeNull()
    expect(await check()).toEqual([3, 'mark.missing', 'mark.missing'])
  })

  test('is not put at production: by its class, and by what is published, whatever it is called', async () => {
    const production = await stage.astern(['drill', '--mark', '--confirm', 'shop'], 'production.yaml')
    expect([production.code, production.stderr]).toEqual([3, expect.stringContaining('class.production')])
    await stage.astern(['freeze', '--reason', 'to publish it'], 'production.yaml')
    symlinkSync(join(stage.root, 'production/host'), join(stage.root, 'alias'))
    const other = stage.write('other.yaml', text => text.replace('staging/host', 'alias'))
    const ran = await mark(other)
    expect([ran.code, ran.stdout]).toEqual([3, ''])
    expect(ran.stderr).toMatch(/production\.directory: host local is the same directory .* as host local of shop/)
    expect(stage.done('drill mark')).toEqual([])
  })

  test('does not hold for a copy of its directory and its file; marked there, the copy is as good', async () => {
    await mark()
    cpSync(join(stage.root, 'staging'), join(stage.root, 'copy'), { recursive: true, preserveTimestamps: true })
    const copy = stage.write('copy.yaml', text => text.replaceAll('staging/', 'copy/').replace('/copy"', '/staging"'))
    expect(await check(copy)).toEqual([3, 'mark.elsewhere', 'mark.elsewhere'])
    expect((await mark(copy)).code).toBe(0)
    expect(await check(copy)).toEqual(accepted)
  })
})

describe('what production is', () => {
  test('is published by freeze and by record, for all to read, with ids and no secret, and keeps what others published', async () => {
    rmSync(stage.list)
    const frozen = await stage.astern(['freeze', '--reason', 'to publish it'], 'production.yaml')
    expect([frozen.code, frozen.stdout]).toEqual([0, 'frozen: to publish it\n'])
    const first = parseList(textOf(stage.list), sha256)
    const { dev, ino } = statSync(join(stage.root, 'production/host'), { bigint: true })
    expect(Object.keys(first?.['shop']?.ids ?? {})).toContainEqual(
      expect.stringMatching(`^directory:.*:${dev}:${ino}$`),
    )
    expect(statSync(stage.list).mode & 0o777).toBe(0o644)
    expect(textOf(stage.list)).not.toMatch(/SHOP_PROBE|a-live-password|127\.0\.0\.1/)
    stage.publish({ ...first, bank: elsewhere['shop'] ?? never() })
    const recorded = await stage.astern(['record', '--version', '1.0.0'], 'production.yaml')
    expect(recorded.code).toBe(0)
    expect(Object.keys(parseList(textOf(stage.list), sha256) ?? {})).toEqual(['shop', 'bank'])
  })

  test('is not written over where it is damaged: record says so and ends with 1, and freeze freezes all the same', async () => {
    writeFileSync(stage.list, textOf(stage.list).replace('machine:0', 'machine:1'))
    const before = textOf(stage.list)
    const recorded = await stage.astern(['record', '--version', '1.0.0'], 'production.yaml')
    expect([recorded.code, recorded.stderr]).toEqual([1, expect.stringContaining('it is damaged')])
    const frozen = await stage.astern(['freeze', '--reason', 'now'], 'production.yaml')
    expect([frozen.code, frozen.stdout]).toEqual([0, 'frozen: now\n'])
    expect(textOf(stage.list)).toBe(before)
  })

  test('is published and read where drill.production says', async () => {
    await mark()
    const there = join(stage.root, 'shared.json')
    const named = (text: string): string => text.replace('drill:', `drill:\n  production: ${there}`)
    const [production, staging] = [stage.write('production-2.yaml', named), stage.write('staging-2.yaml', named)]
    expect(await check(staging)).toEqual([3, 'list.missing'])
    expect((await stage.astern(['freeze', '--reason', 'to publish it'], production)).code).toBe(0)
    expect(await check(staging)).toEqual([3, 'production.machine', 'production.machine'])
    writeFileSync(there, textOf(stage.list))
    expect(await check(staging)).toEqual(accepted)
  })

  test('is of no other class: staging publishes nothing', async () => {
    rmSync(stage.list)
    expect((await stage.astern(['record', '--version', '1.0.0'])).code).toBe(0)
    expect(() => statSync(stage.list)).toThrow('ENOENT')
  })
})

describe('a drill', () => {
  beforeEach(async () => {
    expect((await mark()).code).toBe(0)
  })

  test('that may be played says what was proven, and from where', async () => {
    const ran = await stage.astern(['drill', stage.scenario(), '--check'])
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    const lines = ran.stdout.trimEnd().split('\n')
    expect(lines).toEqual([
      'locked (Rows that are locked) may be played here:',
      '  shop-staging was production in no run of this home since it was marked',
      expect.stringMatching(
        /^ {2}host local: directory \S+, machine \S+, by its own word; marked there for shop-staging/,
      ),
      expect.stringMatching(
        /^ {2}database main: file \S+, machine \S+, by its own word; marked there for shop-staging/,
      ),
      `  none of them is among the 3 ids of production (shop) in ${stage.list}`,
      "  none of its 1 references to secrets is one of production's",
      "  messages go to game of drill.notify alone, none of them production's",
      '  1 injects of locked reach nothing but main, and are taken back by themselves',
      '  it is over after 30 min, whatever happens',
      '  inject lock: a keeper on this machine locks writers out, and lets the lock go by itself',
    ])
  })

  test('that is refused says why, and what to do, and changes nothing', async () => {
    const scenario = stage.scenario(text => text.replace(', expires: 5m', '').replace('deadline: 30m', ''))
    const ran = await stage.astern(['drill', scenario, '--check'])
    expect([ran.code, ran.stdout]).toEqual([3, ''])
    expect(ran.stderr).toBe(
      [
        'astern: locked is not played here; nothing was touched:',
        '  inject.no-expiry: inject lock has no expiry: left alone, it would stay',
        '    next: Give it expires: 5m.',
        '  deadline.missing: the scenario has no deadline',
        '    next: Give it deadline: 45m.',
        '',
      ].join('\n'),
    )
  })

  test('of a scenario that is none is told the line, and nothing is asked', async () => {
    const scenario = stage.scenario(text => text.replace('kind: row_locks', 'kind: row_lock'))
    const ran = await stage.astern(['drill', scenario, '--check'])
    expect([ran.code, ran.stdout]).toEqual([2, ''])
    expect(ran.stderr).toMatch(/scenario\.yaml:9:\d+ {2}injects\[0\]\.kind: is not one of stop, kill/)
  })

  test.each([
    ['the class is changed', 'class: staging', 'class: drill', 'class.changed class.changed'],
    [
      'the environment is another',
      'name: shop-staging',
      'name: shop-test',
      'mark.other-environment mark.other-environment scenario.other-environment',
    ],
    ['it has no channels of its own', /drill:[^]*/, '', 'channels.none'],
    ["a database is another's", 'staging/shop.db', 'production/shop.db', 'mark.missing'],
  ])('is refused where %s', async (_, from, to, codes) => {
    const changed = stage.write('changed.yaml', text => text.replace(from, to))
    expect(await check(changed)).toEqual([3, ...codes.split(' ')])
    expect(await check(stage.write('same.yaml', text => `${text}x-note: the same\n`))).toEqual(accepted)
  })

  test('of production is refused by the class alone: its secrets need not even be there', async () => {
    const env = { SHOP_PROBE: '' }
    expect(await check('production.yaml', stage.scenario(), env)).toEqual([3, 'class.production'])
  })

  test('is refused where production is what it has: the machine, a secret, a channel by another name', async () => {
    const foreign = textOf(stage.list)
    await stage.astern(['freeze', '--reason', 'to publish it'], 'production.yaml')
    expect(await check()).toEqual([3, 'production.machine', 'production.machine'])
    // What this home knows of production's secrets and channels by its own runs, although the list does not name them.
    writeFileSync(stage.list, foreign)
    expect(await check()).toEqual(accepted)
    const secret = stage.write('secret.yaml', text => text.replace('STAGING_PROBE', 'SHOP_PROBE'))
    expect(await check(secret)).toEqual([3, 'secret.shared'])
    const channel = stage.write('channel.yaml', text => text.replace('127.0.0.1:9/game', '127.0.0.1:9/production/'))
    expect(await check(channel)).toEqual([3, 'channel.live'])
  })

  test('is refused where the list of production is missing, damaged or no file', async () => {
    const whole = textOf(stage.list)
    rmSync(stage.list)
    expect(await check()).toEqual([3, 'list.missing'])
    writeFileSync(stage.list, whole.slice(0, -20))
    expect(await check()).toEqual([3, 'list.damaged'])
    rmSync(stage.list)
    mkdirSync(stage.list)
    expect(await check()).toEqual([3, 'list.unreadable'])
    rmSync(stage.list, { recursive: true })
    writeFileSync(stage.list, whole)
    expect(await check()).toEqual(accepted)
  })

  test("is refused in a directory that lies in another environment's; in one that lies in nobody's it is not", async () => {
    const inside = join(stage.root, 'production/host/inner')
    layOut(inside)
    const inner = stage.write('inner.yaml', text => text.replaceAll('staging/', 'production/host/inner/'))
    expect((await mark(inner)).code).toBe(0)
    expect(await check(inner)).toEqual(accepted)
    await stage.astern(
      ['record', '--version', '1.0.0'],
      stage.write('old.yaml', text => text.replaceAll('staging/', 'production/')),
    )
    expect(await check(inner)).toEqual([3, 'record.beside'])
  })
})

function never(): never {
  throw new Error('nothing is published elsewhere')
}
