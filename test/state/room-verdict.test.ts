import { expect, test } from 'vitest'
import { isOfTheRoom, type Came } from '../../src/state/room-verdict.ts'

const stuck = (started: number): Came => ({ started, misses: null })
const asked = (...misses: string[]): Came => ({ started: 3, misses })

test.each<[string, Came, Came, boolean]>([
  ['neither starts the first service', stuck(0), stuck(0), true],
  ['what runs now does not come as far', stuck(2), stuck(1), true],
  ['what runs now starts where the target does not', stuck(1), stuck(2), false],
  ['what runs now is well, and the target does not start', stuck(1), asked(), false],
  ['what runs now fails elsewhere, and the target does not start', stuck(1), asked('check out'), false],
  ['what runs now never came to be asked', asked('log in'), stuck(1), true],
  ['both miss the same', asked('log in'), asked('log in', 'check out'), true],
  ['the target misses more', asked('log in', 'check out'), asked('check out'), false],
  ['what runs now is well', asked('log in'), asked(), false],
])('a room is amiss or not: %s', (_, target, control, is) => {
  expect(isOfTheRoom(target, control)).toBe(is)
})
