import { basename, join } from 'node:path'
import { readdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openPlayStage, processesOf, type PlayStage } from './play-stage.ts'
import { linesOf, stateOf, until } from './support.ts'

let stage: PlayStage

beforeEach(async () => {
  stage = await openPlayStage()
})
afterEach(async () => {
  await stage.endAll()
  stage.close()
})

const ceo = '  - { id: ceo, at: 0s, kind: event, text: "The CEO asks when it will be over.", answer: true }'
const confirmed = ['--headless', '--confirm', 'shop-staging']

describe('a drill without a console', () => {
  test('begins once its steady state was seen, says what is due, and is halted by a signal to whoever conducts it', async () => {
    const { child, ran } = stage.start(['drill', stage.play(ceo), ...confirmed])
    await stage.untilDrill(({ drill }) => drill?.said['ceo'] !== undefined, 'the CEO asks')
    expect(basename(stage.drill())).toMatch(/^DRILL-\d{4}-\d{6}-[0-9a-f]{4}$/)
    child.kill('SIGINT')
    const { code, stdout, stderr } = await ran
    expect([code, stderr]).toEqual([1, expect.stringContaining('is over: short (SIGINT to whoever conducts it).')])
    expect(stdout).toContain('The CEO asks when it will be over. (wants an answer)')
    const { drill, closed } = stage.state()
    expect(drill).toMatchObject({
      began: expect.any(String),
      said: { ceo: { wantsAnswer: true, answered: null } },
      ending: { why: 'halted', words: 'SIGINT to whoever conducts it' },
    })
    expect(closed).toMatchObject({ outcome: 'short', why: 'SIGINT to whoever conducts it' })
    await until(() => processesOf(stage.home).length === 0, 'director and watchdog have ended')
  })

  test('tells whoever plays it what they may know, and nothing of what is going to happen', async () => {
    const { ran } = stage.start([
      'drill',
      stage.play(ceo, text => text.replace('deadline: 1m', 'deadline: 2s\nbriefing: Orders are slow.')),
      ...confirmed,
    ])
    const { code, stderr } = await ran
    expect(code).toBe(1)
    expect(stderr.split('\n').slice(0, 4)).toEqual([
      'DRILL: Rows that are locked',
      'Orders are slow.',
      'Owner: Ana. Coordinator: Bo. Reporter: Cleo.',
      'It is over after 0 min 2 s, whatever happens. Anybody may halt it: astern drill --halt',
    ])
    expect(stderr).not.toContain('CEO')
    expect(stage.state().drill?.ending).toMatchObject({ why: 'deadline' })
  })

  test('is refused where its steady state is not there, and nothing was put anywhere', async () => {
    stage.answers(503)
    const { code, stderr } = await stage.start(['drill', stage.play(ceo), ...confirmed]).ran
    expect([code, stderr]).toEqual([3, expect.stringContaining('its steady state is not there: log in')])
    const kinds = linesOf(stage.drill()).map(({ event }) => event.kind)
    expect(kinds.filter(kind => kind.startsWith('drill.') || kind.startsWith('step.'))).toEqual(['drill.ending'])
  })

  test('is not begun without the name, and nothing was opened', async () => {
    const { code, stderr } = await stage.start(['drill', stage.play(ceo), '--headless']).ran
    expect([code, stderr]).toEqual([3, expect.stringContaining('--confirm shop-staging')])
    expect(stage.drill()).toBe('')
  })

  test('is stopped by a check that has failed for as long as the scenario says', async () => {
    const file = stage.play(ceo, text =>
      text.replace(/^stop_conditions.*$/m, 'stop_conditions: [{ check: log in, fails_for: 1s }]'),
    )
    const { ran } = stage.start(['drill', file, ...confirmed])
    await stage.untilDrill(({ drill }) => drill?.began != null, 'the drill began')
    stage.answers(503)
    const { code } = await ran
    expect(code).toBe(1)
    expect(stage.state().drill?.ending).toMatchObject({
      why: 'stop condition',
      words: expect.stringMatching(/^log in has failed for 0:0\d$/),
    })
    expect(stage.state().closed?.why).toBe('not as before: log in')
  })
})

describe('a rollback that is opened while a drill is played', () => {
  test('is a part of it: by its name, its channels, and what the drill knows of it; once it is closed the drill ends', async () => {
    const { ran } = stage.start(['drill', stage.play(ceo), ...confirmed])
    await stage.untilDrill(({ drill }) => drill?.began != null, 'the drill began')
    const rolled = await stage.astern(['rollback', '--headless', '--confirm', 'shop-staging'])
    expect(rolled.stderr).toContain(`DRILL: this is played in ${basename(stage.drill())} (Rows that are locked).`)
    const played = readdirSync(join(stage.home, 'runs')).filter(
      run => run.startsWith('DRILL-') && run !== basename(stage.drill()),
    )
    expect(played).toEqual([expect.stringMatching(/^DRILL-/)])
    const run = stateOf(join(stage.home, 'runs', played[0] ?? '')).run
    expect([run?.drill, Object.keys(run?.manifest.notify ?? {})]).toEqual([
      { run: basename(stage.drill()), title: 'Rows that are locked' },
      ['game'],
    ])
    expect(stage.messages.filter(body => !body.includes('[DRILL]'))).toEqual([])
    expect(stage.messages.length).toBeGreaterThan(0)
    const report = readdirSync(join(stage.home, 'runs', played[0] ?? '', 'report'))
    expect([report.length > 0, report.filter(name => !name.startsWith('DRILL-'))]).toEqual([true, []])
    const { code } = await ran
    expect(code).toBe(0)
    const { drill, closed } = stage.state()
    expect([drill?.ending?.why, closed?.outcome]).toEqual(['finished', 'reached'])
    expect(drill?.played[played[0] ?? '']).toMatchObject({
      phases: { 1: expect.any(String), 2: expect.any(String) },
      closed: { outcome: 'short' },
    })
  })

  test('is in earnest before and after it', async () => {
    await stage.astern(['rollback', '--headless', '--confirm', 'shop-staging'])
    const [run = ''] = readdirSync(join(stage.home, 'runs')).filter(name => {
      const opened = linesOf(join(stage.home, 'runs', name))[0]?.event
      return opened?.kind === 'run.opened' && opened.purpose.kind === 'rollback'
    })
    const { run: header } = stateOf(join(stage.home, 'runs', run))
    expect([run.startsWith('DRILL-'), header?.drill, Object.keys(header?.manifest.notify ?? {})]).toEqual([
      false,
      undefined,
      ['ops'],
    ])
  })
})

describe('halting a drill', () => {
  test('is anybody’s, and waits until everything is taken back; there is none then', async () => {
    const { ran } = stage.start(['drill', stage.play(ceo), ...confirmed])
    await stage.untilDrill(({ drill }) => drill?.began != null, 'the drill began')
    const again = await stage.start(['drill', stage.play(ceo), ...confirmed]).ran
    expect([again.code, again.stderr]).toEqual([3, expect.stringContaining('is being played in shop-staging')])
    const halted = await stage.astern(['drill', '--halt', '--reason', 'the building is on fire'])
    expect([halted.code, halted.stderr]).toEqual([
      0,
      expect.stringContaining('is over: short (the building is on fire)'),
    ])
    expect((await ran).code).toBe(1)
    const none = await stage.astern(['drill', '--halt'])
    expect([none.code, none.stderr]).toEqual([2, 'astern: no drill is being played in this home.\n'])
  })
})

describe('whoever leads a drill', () => {
  test('is followed by its watchdog once it is killed, and that ends the drill', async () => {
    const { ran } = stage.start(['drill', stage.play(ceo), ...confirmed])
    await stage.untilDrill(({ drill }) => drill?.began != null, 'the drill began')
    await until(() => processesOf(stage.home, 'watchdog').length === 1, 'a watchdog is there')
    for (const pid of processesOf(stage.home, 'director')) process.kill(pid, 'SIGKILL')
    expect((await ran).code).toBe(1)
    expect(stage.state().drill?.ending).toMatchObject({ why: 'lost', words: 'the process that led it ended' })
    await until(() => processesOf(stage.home).length === 0, 'the watchdog has ended')
  })

  test('has another watchdog once that one is killed', async () => {
    const { child, ran } = stage.start(['drill', stage.play(ceo), ...confirmed])
    await stage.untilDrill(({ drill }) => drill?.began != null, 'the drill began')
    const [pid = 0] = await until(() => {
      const found = processesOf(stage.home, 'watchdog')
      return found.length === 1 ? found : null
    }, 'a watchdog is there')
    process.kill(pid, 'SIGKILL')
    await until(() => processesOf(stage.home, 'watchdog').some(other => other !== pid), 'another watchdog is there')
    child.kill('SIGINT')
    expect((await ran).code).toBe(1)
  })

  test('is ended by it where it outlives the deadline', async () => {
    const { ran } = stage.start([
      'drill',
      stage.play(ceo, text => text.replace('deadline: 1m', 'deadline: 2s')),
      ...confirmed,
    ])
    await stage.untilDrill(({ drill }) => drill?.began != null, 'the drill began')
    await until(() => processesOf(stage.home, 'watchdog').length === 1, 'a watchdog is there')
    for (const pid of processesOf(stage.home, 'director')) process.kill(pid, 'SIGSTOP')
    expect((await ran).code).toBe(1)
    expect(stage.state().drill?.ending).toMatchObject({ why: 'deadline', by: 'astern' })
  })

  test('may be killed with its watchdog: the next drill ends that one first', async () => {
    const first = stage.start(['drill', stage.play(ceo), ...confirmed])
    await stage.untilDrill(({ drill }) => drill?.began != null, 'the drill began')
    await until(() => processesOf(stage.home, 'watchdog').length === 1, 'a watchdog is there')
    const left = stage.drill()
    first.child.kill('SIGKILL')
    await stage.endAll()
    const { code, stderr } = await stage.start([
      'drill',
      stage.play(ceo, text => text.replace('deadline: 1m', 'deadline: 2s')),
      ...confirmed,
    ]).ran
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(`${basename(left)} (Rows that are locked) was not ended`),
    ])
    expect(stateOf(left).closed).toMatchObject({ outcome: 'short' })
    expect(stage.drill()).not.toBe(left)
  })
})
