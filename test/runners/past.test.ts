import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { limits, pastJournals, readPast } from '../../src/runners/journal/past.ts'
import { chainStart, lineBytes, sealLine } from '../../src/state/chain.ts'
import type { Line } from '../../src/state/event.ts'
import { journal, opened, wholeRun, type Moment } from '../reports/fixture.ts'

let runs = ''
beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'astern-past-'))
})
afterEach(() => rmSync(runs, { recursive: true, force: true }))

const shop = { name: 'shop', class: 'production' } as const

describe('journals of past runs', () => {
  test('are those of the environment and its class, newest first, without the run that asks and without errands', async () => {
    write('old', wholeRun, 1)
    write('new', wholeRun, 2)
    write('own', wholeRun, 3)
    write('drill', as({ class: 'drill' }), 4)
    write('other', as({ environment: 'ship' }), 5)
    write('errand', as({ purpose: { kind: 'errand', what: 'record' } }), 6)
    write('learnt', as({ purpose: { kind: 'errand', what: 'learn' } }), 0)
    const found = await pastJournals(runs, { environment: shop, except: 'own', errands: 'learn' })
    expect(found.journals.map(({ run }) => run)).toEqual(['new', 'old', 'learnt'])
    expect(found.notRead).toEqual([])
    expect((await readPast(runs, { environment: shop, except: 'own' })).runs.map(({ run }) => run)).toEqual([
      'new',
      'old',
    ])
  })

  test('that were played in a drill tell nothing of those in earnest, and the other way round; what was answered tells both', async () => {
    write('earnest', wholeRun, 1)
    write('played', as({ drill: { run: 'DRILL-1', title: 'a slow link' } }), 2)
    write('learnt', as({ purpose: { kind: 'errand', what: 'learn' } }), 0)
    const found = async (isPlayed: boolean) => {
      const { journals } = await pastJournals(runs, { environment: shop, errands: 'learn', isPlayed })
      return journals.map(({ run }) => run)
    }
    expect([await found(false), await found(true)]).toEqual([
      ['earnest', 'learnt'],
      ['played', 'learnt'],
    ])
  })

  test('that are damaged, or are none, are left out with a word, and one that is torn at its end is read up to there', async () => {
    write('torn', wholeRun, 4)
    appendFileSync(join(runs, 'torn', 'journal.jsonl'), '{"half')
    write('damaged', wholeRun, 3)
    const file = join(runs, 'damaged', 'journal.jsonl')
    writeFileSync(file, readFileSync(file, 'utf8').replace('the pager rang', 'the pager sang'))
    write('none', [], 2, 'something else\n')
    mkdirSync(join(runs, 'empty'))
    const { journals, notRead } = await pastJournals(runs, { environment: shop })
    expect(journals.map(({ run, lines }) => [run, lines.length])).toEqual([['torn', wholeRun.length]])
    expect(notRead.toSorted()).toEqual([
      `Run damaged was not read: line 15 of its journal is damaged.`,
      'Run none was not read: its journal does not begin as one does.',
    ])
  })

  test('are read no longer than there is time for, no more of them than are asked for, and none that is too big', async () => {
    for (const index of [1, 2, 3, 4]) write(`r${index}`, wholeRun, index)
    const asked = { environment: shop }
    const patient = { ...limits, ms: 60_000 }
    expect((await pastJournals(runs, asked, { ...patient, runs: 2 })).journals.map(({ run }) => run)).toEqual([
      'r4',
      'r3',
    ])
    const late = await pastJournals(runs, asked, { ...limits, ms: -1 })
    expect([late.journals, late.notRead]).toEqual([
      [],
      ['Runs older than r4 were not read: there was no more time for it.'],
    ])
    expect((await pastJournals(runs, asked, { ...patient, bytes: 10 })).notRead).toHaveLength(4)
  })

  test('are looked for where there is no home yet, and nothing is found', async () => {
    expect(await readPast(join(runs, 'nowhere'), { environment: shop })).toEqual({ runs: [], notRead: [] })
  })
})

function as(changed: Partial<Extract<Moment[2], { kind: 'run.opened' }>>): readonly Moment[] {
  return wholeRun.map(
    ([at, who, event]): Moment => [at, who, event === opened ? ({ ...opened, ...changed } as typeof opened) : event],
  )
}

function write(run: string, moments: readonly Moment[], at: number, text?: string): void {
  const sealed: Line[] = []
  for (const { prev: _, h: __, ...body } of journal(moments, run))
    sealed.push(sealLine(body, sealed.at(-1)?.h ?? chainStart, sha256))
  mkdirSync(join(runs, run))
  const file = join(runs, run, 'journal.jsonl')
  writeFileSync(file, text ?? lineBytes(sealed))
  utimesSync(file, at, at)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
