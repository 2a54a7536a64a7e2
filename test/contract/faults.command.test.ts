import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { InjectFault } from '../../src/state/drill/command.ts'
import type { DrillCommand } from '../../src/state/manifest.ts'
import { handsOn, keeperIn, manifestWith } from './faults-stage.ts'
import { faultContract } from './faults-suite.ts'
import { contextOf, permitFor, quiet } from './services-shop.ts'

describe('a command of a team’s own', () => {
  faultContract(
    'that puts a file there',
    () => {
      const stage = openStage(file => ({
        run: ['sh', '-c', `echo bad > ${file}`],
        undo: ['rm', '-f', file],
        probe: ['test', '-f', file],
      }))
      return Promise.resolve({
        ...stage.hands,
        fault: { fault: 'command', target: { kind: 'command', command: 'deploy' }, settings: {} },
        target: () => Promise.resolve({ home: readdirSync(stage.home), files: readdirSync(stage.place) }),
        isHurt: () => Promise.resolve(existsSync(stage.file)),
        keeper: keeperIn(join(stage.home, 'keepers')),
        close: stage.close,
      })
    },
    'held',
  )

  const inject: InjectFault = {
    kind: 'drill.inject',
    inject: 'one',
    fault: 'command',
    target: { kind: 'command', command: 'deploy' },
    settings: {},
    expiresMs: 600_000,
  }
  const undo = { kind: 'drill.undo', injected: inject } as const

  test('that fails is undone at once, and told with its words', async () => {
    const stage = openStage(file => ({
      run: ['sh', '-c', `touch ${file}; echo no such release >&2; exit 3`],
      undo: ['rm', '-f', file],
      probe: ['test', '-f', file],
    }))
    try {
      const put = await stage.hands.act.apply(inject, permitFor(inject), contextOf(), quiet)
      expect(put).toMatchObject({ ok: false, fault: { what: expect.stringMatching(/ends with 3: no such release/) } })
      expect(readdirSync(stage.place)).toEqual([])
      expect((await stage.hands.act.seen()).filter(one => !one.ok || one.value.length > 0)).toEqual([])
      expect((await stage.hands.act.probe(undo, contextOf())).verdict).toBe('holds')
    } finally {
      await stage.close()
    }
  })

  test('whose undo does not take it back is said to be there still', async () => {
    const stage = openStage(file => ({ run: ['touch', file], undo: ['true'], probe: ['test', '-f', file] }))
    try {
      await stage.hands.act.apply(inject, permitFor(inject), contextOf(), quiet)
      process.kill(keeperIn(join(stage.home, 'keepers'))('run-1') ?? 0, 'SIGKILL')
      const taken = await stage.hands.act.apply(undo, permitFor(undo), contextOf(), quiet)
      expect(taken).toMatchObject({ ok: false, fault: { what: expect.stringMatching(/its probe still finds it/) } })
      expect((await stage.hands.act.probe(undo, contextOf())).verdict).toBe('not yet')
    } finally {
      await stage.close()
    }
  })

  test('of a program that is not there refuses the drill', async () => {
    const stage = openStage(() => ({ run: ['no-such-program'], undo: ['true'], probe: ['true'] }))
    const { kind: _, expiresMs, inject: id, ...rest } = inject
    const asked = {
      ...rest,
      id,
      expiresMs,
      when: { kind: 'time', afterMs: 0 },
      text: null,
      wantsAnswer: false,
    } as const
    try {
      const what =
        'Inject one cannot be done: no-such-program of drill.commands.deploy is no program that is found here'
      expect(await stage.hands.act.able(asked)).toMatchObject({ ok: false, fault: { what } })
    } finally {
      await stage.close()
    }
  })

  test('gets none of the secrets that its drill was started with', async () => {
    const stage = openStage(file => ({
      run: ['sh', '-c', `env > ${file}`],
      undo: ['rm', '-f', file],
      probe: ['test', '-f', file],
    }))
    try {
      await stage.hands.act.apply(inject, permitFor(inject), contextOf(), quiet)
      expect(readFileSync(stage.file, 'utf8')).not.toContain('a-staging-secret')
      await stage.hands.act.apply(undo, permitFor(undo), contextOf(), quiet)
    } finally {
      await stage.close()
    }
  })
})

function openStage(argvs: (file: string) => Omit<DrillCommand, 'timeoutMs'>) {
  const home = mkdtempSync(join(tmpdir(), 'astern-home-'))
  const place = mkdtempSync(join(tmpdir(), 'astern-command-'))
  const file = join(place, 'release')
  const deploy = { ...argvs(file), timeoutMs: 30_000 }
  const hands = handsOn(manifestWith({ drill: { commands: { deploy } } }), home, { SHOP_PASSWORD: 'a-staging-secret' })
  return {
    home,
    place,
    file,
    hands,
    close: async () => {
      await hands.close()
      for (const one of [home, place]) rmSync(one, { recursive: true, force: true })
    },
  }
}
