import { describe, test } from 'vitest'
import { killAtEveryStep } from './kill.ts'

describe('an engine killed with SIGKILL', () => {
  test.each(['before-intent', 'after-intent'] as const)(
    '%s of every step of a whole run, resumed each time, comes to the same end with nothing done twice',
    point => killAtEveryStep(point),
    300_000,
  )
})
