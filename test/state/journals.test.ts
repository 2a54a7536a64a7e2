import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checklist } from '../../src/state/checklist.ts'
import { readLines } from '../../src/state/chain.ts'
import { replay } from '../../src/state/reduce.ts'

const journals = resolve(import.meta.dirname, '../journals')

/** They stand there for good: what a released version wrote, every later one reads. */
describe('a journal of an earlier version', () => {
  test.each(readdirSync(journals))('%s is read without damage, and replays to the end it had', name => {
    const read = readLines(readFileSync(join(journals, name)), text => createHash('sha256').update(text).digest('hex'))
    expect([read.damage, read.tornBytes]).toEqual([null, 0])
    const state = replay(read.lines)
    expect(state.closed).toMatchObject({ outcome: 'reached', why: 'checklist complete' })
    expect(checklist(state).map(({ state: is }) => is)).toEqual(Array.from({ length: 8 }, () => 'green'))
  })
})
