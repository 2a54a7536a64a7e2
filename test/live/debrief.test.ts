import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writers } from '../../src/cli/writers.ts'
import { sha256 } from '../../src/client/sha256.ts'
import { chainStart, lineBytes, sealLine } from '../../src/state/chain.ts'
import type { Line } from '../../src/state/event.ts'
import { wholeRun, type Moment } from '../reports/fixture.ts'
import { drillLines, drillMoments, drillRun, playedLines, playedRun, scenario } from '../state/drill/score/stage.ts'
import { cli, finished, type Ran } from './support.ts'

const day = 86_400
const over: Moment = [219, 'astern', { kind: 'run.closed', outcome: 'reached', why: 'what was played in it is closed' }]

let home = ''
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'astern-home-'))
  put(drillRun, drillLines([...drillMoments(), over]))
  put(playedRun, playedLines())
  put('DRILL-before', drillLines(before(drillMoments())))
  put('DRILL-later', drillLines(drillMoments().map(([at, who, event]): Moment => [at + day, who, event])))
  const other = { ...scenario, id: 'another' }
  put('DRILL-another', drillLines(before(drillMoments(other))))
  put('in-earnest', wholeLines())
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

const before = (moments: readonly Moment[]): readonly Moment[] =>
  moments.map(([at, who, event]): Moment => [at - day, who, event])

/** A run as the fixture has it, in no drill. */
function wholeLines(): readonly Line[] {
  return playedLines().map(line =>
    line.event.kind === 'run.opened' ? { ...line, event: wholeRun[0]?.[2] ?? line.event } : line,
  )
}

function put(run: string, lines: readonly Line[]): void {
  const sealed: Line[] = []
  for (const { prev: _, h: __, ...body } of lines)
    sealed.push(sealLine({ ...body, run }, sealed.at(-1)?.h ?? chainStart, sha256))
  mkdirSync(join(home, 'runs', run), { recursive: true })
  writeFileSync(join(home, 'runs', run, 'journal.jsonl'), lineBytes(sealed))
}

function debrief(...args: readonly string[]): Promise<Ran> {
  return finished(
    spawn(process.execPath, [cli, 'drill', '--debrief', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: '/',
      env: { PATH: process.env['PATH'], HOME: home, ASTERN_HOME: home },
    }),
  )
}

describe('the debrief of a drill', () => {
  test('is written when it ends, into files that say it was one, and made again to the byte afterwards', async () => {
    const directory = join(home, 'runs', drillRun)
    const lines = readFileSync(join(directory, 'journal.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map(text => JSON.parse(text) as Line)
    // As whoever led it has it: the drill is closing, and not closed.
    const written = await writers.report(lines.slice(0, -1), directory)
    const file = (name: string): string => readFileSync(join(directory, 'report', name), 'utf8')
    const markdown = file('DRILL-debrief.md')
    expect(written).toEqual({
      file: 'report/DRILL-debrief.md',
      bytes: Buffer.byteLength(markdown),
      sha256: sha256(markdown),
    })
    expect(statSync(join(directory, 'report', 'DRILL-debrief.html')).mode & 0o777).toBe(0o640)
    const again = await Promise.all(['markdown', 'html', 'json'].map(format => debrief(drillRun, '--format', format)))
    expect(again.map(({ code, stderr }) => [code, stderr])).toEqual(Array(3).fill([0, '']))
    expect(again.map(({ stdout }) => stdout.trimEnd())).toEqual(
      [markdown, file('DRILL-debrief.html'), file('DRILL-debrief.json')].map(text => text.trimEnd()),
    )
  })

  test('is that of the newest drill that is closed, where none is named, and of its drill where a run of one is', async () => {
    const [newest, played, json] = await Promise.all([debrief(), debrief(playedRun), debrief('--json')])
    expect(newest.stdout).toContain(`- **Drill:** ${drillRun}, scenario dropped-column`)
    expect(played).toEqual(newest)
    expect(JSON.parse(json.stdout)).toMatchObject({ drill: true, score: { run: drillRun, points: { left: 95 } } })
  })

  test('is also the report of a drill, which has no incident', async () => {
    const env = { PATH: process.env['PATH'], HOME: home, ASTERN_HOME: home }
    const report = spawn(process.execPath, [cli, 'report', drillRun], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: '/',
      env,
    })
    expect(await finished(report)).toEqual(await debrief(drillRun))
  })

  test('compares with those of the same scenario before it alone', async () => {
    const { stdout } = await debrief(drillRun)
    expect(stdout).toContain(`| measure | ${drillRun} (this one) | DRILL-before |\n`)
  })

  test('of what is none, or is not there, is refused with what to do', async () => {
    const [earnest, missing, marked] = await Promise.all([debrief('in-earnest'), debrief('nowhere'), debrief('--mark')])
    expect([earnest.code, missing.code, marked.code]).toEqual([2, 2, 2])
    expect(earnest.stderr).toContain('Run in-earnest is no drill, and was not played in one')
    expect(missing.stderr).toContain(`There is no run nowhere in ${home}`)
    expect(missing.stderr).toContain('astern runs')
  })
})
