import { expect, test } from 'vitest'
import { notTakenBack } from '../../../src/targets/faults/docker/act/take-back.ts'

test('whoever cannot take a fault back on an Engine yet is told the keeper whose log says why', () => {
  const injected = {
    kind: 'drill.inject',
    inject: 'api-stops',
    fault: 'stop',
    target: { kind: 'service', service: 'api', host: 'web-1' },
    settings: {},
    expiresMs: 60_000,
  } as const
  expect(notTakenBack('web-1', { run: 'drill-1', injected }, 'it cannot be\ntaken back yet')).toEqual({
    code: 'fault.not-taken-back',
    what: 'Inject api-stops is not taken back on web-1 after 110 s',
    means: 'Its keeper goes on trying, for as long as it takes.',
    next: 'Look there what keeps it from it: docker logs astern-drill-drill-1-api-stops, docker events. It is tried again.',
    detail: 'it cannot be taken back yet',
  })
})
