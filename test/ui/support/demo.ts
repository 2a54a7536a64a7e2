import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Line } from '../../../src/state/event.ts'

type Kept = Pick<Line, 'seq' | 'ts' | 'actor' | 'event'>

/** The demo as it was once gone through by keys, for pictures: its lines without their chain, and without the sums of samples. */
export function demoLines(): readonly Line[] {
  const text = readFileSync(resolve(import.meta.dirname, 'demo.jsonl'), 'utf8')
  return text
    .trim()
    .split('\n')
    .map(line => {
      const kept = JSON.parse(line) as Kept
      return { ...kept, v: 1, mono: 0, boot: 'boot', run: '1127-183900-7c1e', prev: '', h: '' }
    })
}
