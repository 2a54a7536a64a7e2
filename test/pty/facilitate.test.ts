import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { openRunSocket } from '../../src/runners/socket/server.ts'
import { lineBytes } from '../../src/state/chain.ts'
import type { Ask } from '../../src/state/intent.ts'
import { wholeRun, type Moment } from '../reports/fixture.ts'
import { pressed } from '../live/keys.ts'
import { cli, until } from '../live/support.ts'
import { drillMoments, drillRun, inDrill, playedRun, sealed } from '../state/drill/played.ts'
import { asFound, openPty, taken, type Pty } from './pty.ts'

let home = ''
let pty: Pty | null = null
let close: (() => Promise<void>) | null = null
afterEach(async () => {
  pty?.close()
  await close?.()
  close = null
  rmSync(home, { recursive: true, force: true })
})

describe('the console of whoever leads a drill, in a real terminal', () => {
  test('shows the drill that is open, asks by a key and y, and gives the terminal back', async () => {
    const asked = await stage()
    const console = open(['drill', '--facilitate'])
    await console.until(text => text.includes('DRILL   STAGING   shop  UNDER WAY'), 'its header')
    await console.until(text => text.includes('api-dies') && text.includes('waits for an answer'), 'the injects')
    await until(() => isDeepStrictEqual(console.modes(), taken), 'the terminal is taken')
    console.write('X')
    await console.until(text => text.includes('y: Halt dropped-column'), 'the question')
    await pressed(console, 'y', () => asked.length > 0, 'the halt')
    expect(asked).toEqual([{ kind: 'halt', reason: 'halted by whoever leads it' }])
    console.write('q')
    await until(() => console.exitCode() === 0, 'its end')
    await until(() => isDeepStrictEqual(console.modes(), asFound), 'the terminal is given back')
    await console.until(text => text.includes(`DRILL ${drillRun} goes on without you.`), 'the last words')
  })

  test('comes up for a drill that somebody attaches to, and starts no engine for it', async () => {
    await stage()
    const console = open(['attach', drillRun])
    await console.until(text => text.includes('DRILL   STAGING   shop  UNDER WAY'), 'its header')
    console.write('q')
    await until(() => console.exitCode() === 0, 'its end')
  })

  test('asks nothing for a watcher', async () => {
    const asked = await stage()
    const console = open(['watch', drillRun])
    await console.until(text => text.includes('DRILL   STAGING   WATCH'), 'its header')
    console.write('X')
    await console.until(text => text.includes('This console watches and cannot act'), 'why not')
    expect(asked).toEqual([])
  })

  test('says where none is open', async () => {
    home = mkdtempSync(join(tmpdir(), 'astern-none-'))
    const console = open(['drill', '--facilitate'])
    await console.until(text => text.includes(`No drill is open in ${home}`), 'why not')
    await until(() => console.exitCode() === 2, 'its end')
  })
})

function open(args: readonly string[]): Pty {
  pty = openPty([process.execPath, cli, ...args], { env: { ...process.env, ASTERN_HOME: home } })
  return pty
}

/** A drill by its journal, with the socket of whoever leads it. */
async function stage(): Promise<readonly Ask[]> {
  home = mkdtempSync(join(tmpdir(), 'astern-lead-'))
  const asked: Ask[] = []
  write(playedRun, inDrill(wholeRun.slice(0, 20)))
  const socket = await openRunSocket({
    directory: write(drillRun, drillMoments),
    onIntent: async ({ ask }) => {
      asked.push(ask)
      return null
    },
    onLeave: () => undefined,
    lastSeq: () => 0,
  })
  close = socket.close
  return asked
}

function write(run: string, moments: readonly Moment[]): string {
  const directory = join(home, 'runs', run)
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'journal.jsonl'), lineBytes(sealed(moments, run)))
  return directory
}
