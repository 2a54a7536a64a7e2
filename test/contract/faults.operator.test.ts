import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { InjectFault } from '../../src/state/drill/command.ts'
import { processIdOf } from '../../src/targets/process-id.ts'
import { handsOn, keeperIn, manifestWith } from './faults-stage.ts'
import { faultContract, type FaultWorld } from './faults-suite.ts'
import { contextOf, permitFor, quiet, until } from './services-shop.ts'

describe('whoever plays', () => {
  faultContract(
    'loses every console while their link is dropped',
    (): Promise<FaultWorld> => {
      const stage = openStage()
      const keeper = keeperIn(join(stage.home, 'keepers'))
      return Promise.resolve({
        ...stage.hands,
        fault: { fault: 'link_dropped', target: { kind: 'operator' }, settings: {} },
        target: () => Promise.resolve(readdirSync(stage.home).filter(name => name !== 'consoles')),
        isHurt: async () => {
          const console = await stage.console('played', 'helm')
          const ended = await until(() => (isOver(console) ? 'yes' : keeper('run-1') === null ? 'no' : null))
          await end(console)
          return ended === 'yes'
        },
        keeper,
        close: stage.close,
      })
    },
    'held',
  )

  const inject: InjectFault = {
    kind: 'drill.inject',
    inject: 'one',
    fault: 'console_killed',
    target: { kind: 'operator' },
    settings: {},
    expiresMs: 0,
  }

  test('has their console killed, once; watchers, other runs and whoever has its number by now are spared', async () => {
    const stage = openStage()
    try {
      const [own, watcher, other] = await Promise.all([
        stage.console('played', 'helm'),
        stage.console('played', 'watch'),
        stage.console('elsewhere', 'helm'),
      ])
      const late = { ...processIdOf(watcher.pid ?? 0), start: '1', role: 'helm' }
      writeFileSync(join(stage.home, 'consoles', 'played', '1'), JSON.stringify(late))
      const { act } = stage.hands
      expect((await act.probe(inject, contextOf())).verdict).toBe('not yet')
      expect(await act.apply(inject, permitFor(inject), contextOf(), quiet)).toMatchObject({
        ok: true,
        observed: { pids: [own.pid] },
      })
      await until(() => isOver(own))
      expect([own.signalCode, isOver(watcher), isOver(other)]).toEqual(['SIGKILL', false, false])
      expect((await act.probe(inject, contextOf())).verdict).toBe('holds')
      expect((await act.seen()).filter(one => !one.ok || one.value.length > 0)).toEqual([])
      const undo = { kind: 'drill.undo', injected: inject } as const
      expect((await act.probe(undo, contextOf())).verdict).toBe('holds')
      expect(await act.apply(undo, permitFor(undo), contextOf(), quiet)).toMatchObject({ ok: true })
    } finally {
      await stage.close()
    }
  })

  test('leaves nothing behind where they leave, and what a killed console has left goes with the next', async () => {
    const stage = openStage()
    const files = (): readonly string[] => readdirSync(join(stage.home, 'consoles', 'played'))
    try {
      const killed = await stage.console('played', 'helm')
      killed.kill('SIGKILL')
      await until(() => isOver(killed))
      expect(files()).toEqual([String(killed.pid)])
      const next = await stage.console('played', 'helm')
      expect(files()).toEqual([String(next.pid)])
      next.kill('SIGHUP')
      await until(() => isOver(next))
      expect(files()).toEqual([])
    } finally {
      await stage.close()
    }
  })
})

/** A home with a run that is played in the drill `run-1`, and one that is in earnest. */
function openStage() {
  const home = mkdtempSync(join(tmpdir(), 'astern-home-'))
  const opened = (drill: object) => `${JSON.stringify({ event: { kind: 'run.opened', ...drill } })}\n`
  for (const [run, drill] of Object.entries({ played: { drill: { run: 'run-1', title: '' } }, elsewhere: {} })) {
    mkdirSync(join(home, 'runs', run), { recursive: true })
    writeFileSync(join(home, 'runs', run, 'journal.jsonl'), opened(drill))
  }
  const hands = handsOn(manifestWith({}), home)
  const consoles: ChildProcess[] = []
  return {
    home,
    hands,
    console: async (run: string, role: 'helm' | 'watch') => {
      const file = join(import.meta.dirname, 'faults-console.mjs')
      const child = spawn(process.execPath, [file, join(home, 'runs', run), role], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      consoles.push(child)
      await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
      return child
    },
    close: async () => {
      await hands.close()
      await Promise.all(consoles.map(end))
      if (existsSync(home)) rmSync(home, { recursive: true, force: true })
    },
  }
}

function isOver({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

async function end(child: ChildProcess): Promise<void> {
  if (!isOver(child)) child.kill('SIGKILL')
  await until(() => isOver(child))
}
