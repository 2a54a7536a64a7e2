import { describe, expect, test } from 'vitest'
import type { Backup } from '../../../src/state/backup.ts'
import type { Line } from '../../../src/state/event.ts'
import { durationText, readableMs } from '../../../src/state/learning/durations.ts'
import { learn } from '../../../src/state/learning/propose.ts'
import type { Proposal } from '../../../src/state/learning/proposal.ts'
import { checked, faulty, health, loaded, runThat, stop, text, type Did, type Told } from './run.ts'

const killed = (graceMs: number): Did => ({
  step: 'api@web-1.stop',
  command: stop(graceMs),
  tookMs: graceMs + 300,
  observed: { killed: true },
})
const waited = (tookMs: number, rest: Partial<Did> = {}): Did => ({
  step: 'api@web-1.health',
  command: health,
  tookMs,
  ...rest,
})

describe('the grace of a stop', () => {
  test('that ended in SIGKILL is proposed twice as long, with the line of the journal that says so', () => {
    expect(proposed({ did: [killed(30_000)] })).toEqual([
      {
        id: 'stop-grace.api',
        rule: 'stop-grace',
        path: ['services', 'api', 'stop', 'grace'],
        change: { kind: 'set', was: '30s', becomes: '90s' },
        why: 'api did not stop within 30s: SIGKILL was needed, and what it was at is lost.',
        evidence: [{ run: 'now', seq: 9, says: 'stopping api on web-1 took 0:30 of 30s, then SIGKILL' }],
      },
    ])
  })

  test('that was nearly used up is proposed longer, and one that was not is left alone', () => {
    const took = (tookMs: number): Did => ({ step: 's', command: stop(30_000), tookMs, observed: { killed: false } })
    expect(brief(proposed({ did: [took(26_000)] }))).toEqual([['stop-grace.api', '30s', '1m']])
    expect(proposed({ did: [took(10_000)] })).toEqual([])
  })

  test('that was raised in vain before is for a person: it may ignore what it is told', () => {
    const [one] = proposed({ did: [killed(30_000)] }, [runThat({ did: [killed(10_000)] }, 'before')])
    expect(one).toMatchObject({
      id: 'stop-grace.api',
      change: { kind: 'look' },
      evidence: [{ run: 'now' }, { run: 'before' }],
    })
  })
})

describe('the deadline of health', () => {
  test('that passed before the service was well is proposed twice as long as its attempts took together', () => {
    const did = [waited(120_000, { fault: faulty('service.unhealthy') }), waited(30_000)]
    expect(brief(proposed({ did }))).toEqual([['health-deadline', '2m', '5m']])
  })

  test('that was nearly used up is proposed longer, and the time of a retry that had another reason does not count', () => {
    expect(brief(proposed({ did: [waited(100_000)] }))).toEqual([['health-deadline', '2m', '210s']])
    const did = [waited(100_000, { fault: faulty('service.crash-loop') }), waited(10_000)]
    expect(brief(proposed({ did }))).toEqual([['retried.api@web-1.health', 'look']])
  })

  test('that nothing came near in three runs is proposed shorter, four times the slowest, and never where one came close', () => {
    const quick = (run: string, ms = 6000): readonly Line[] => runThat({ did: [waited(ms)] }, run)
    expect(brief(proposed({ did: [waited(6000)] }, [quick('b'), quick('a')]))).toEqual([
      ['health-deadline', '2m', '30s'],
    ])
    expect(proposed({ did: [waited(6000)] }, [quick('b')])).toEqual([])
    expect(proposed({ did: [waited(6000)] }, [quick('c'), quick('b'), quick('a', 110_000)])).toEqual([])
  })

  test('says nothing of a watch, which lasts as long as it is told to', () => {
    const watch = { ...health, stableMs: 300_000 }
    expect(proposed({ did: [{ step: 'api@web-1.watch', command: watch, tookMs: 300_000 }] })).toEqual([])
  })
})

describe('other limits', () => {
  test('of a suite that ran out of time is proposed, where none was given too', () => {
    expect(brief(proposed({ suiteMs: 118_000 }))).toEqual([['checks-deadline', null, '4m']])
  })

  test('of a check that passes just in time is proposed longer', () => {
    expect(brief(proposed({ after: [checked('catalogue', { latencyMs: 4600 })] }))).toEqual([
      ['check-timeout.catalogue', '5s', '10s'],
    ])
  })

  test("of a migration's own program that was late is proposed longer", () => {
    const command = {
      kind: 'database.program',
      database: 'main',
      direction: 'down',
      migration: '1',
      argv: ['knex'],
      env: {},
      place: { kind: 'directory', path: '/srv' },
    } as const
    expect(brief(proposed({ did: [{ step: 'p', command, tookMs: 700_000, late: true }] }))).toEqual([
      ['program-timeout.main', '10m', '25m'],
    ])
  })
})

describe('a check', () => {
  const flaky = { attempts: 2, firstFailure: 'connection refused' }

  test('that passed after failing has to pass twice in a row; one that does something is shown to a person', () => {
    expect(brief(proposed({ after: [checked('catalogue', flaky), checked('check out', flaky)] }))).toEqual([
      ['flaky-check.catalogue', null, 2],
      ['flaky-check.check-out', 'look'],
    ])
  })

  test('that was overridden is shown with who did it and why, and how often: nothing is guessed', () => {
    const told: Told = { after: [checked('check out', { verdict: 'fail', says: 'got 500' })], accepted: 'known' }
    expect(proposed(told, [runThat(told, 'before')])).toMatchObject([
      {
        id: 'overridden-check.check-out',
        change: { kind: 'look' },
        why: 'The must check check out failed and the result was accepted over it, as in 1 run before: is it a should, or does it assert what is not so?',
        evidence: [{ says: 'check out: got 500' }, { says: 'accepted by astern: known' }, { run: 'before' }],
      },
    ])
  })

  test('is suggested where none saw what a service or its users felt, and asked for where nothing did', () => {
    const before = [checked('catalogue')]
    expect(proposed({ before, health: 'unhealthy' })).toMatchObject([
      {
        id: 'unseen',
        path: ['checks'],
        change: {
          kind: 'suggest',
          comment:
            '- { name: api is well, group: critical, http: { url: "http://127.0.0.1:8080/healthz" }, assert: [{ status: 200 }] }',
        },
      },
    ])
    expect(brief(proposed({ before }))).toEqual([['unseen', 'look']])
    expect(proposed({ before: [checked('catalogue', { verdict: 'fail' })] })).toEqual([])
    expect(proposed({ before, purpose: { kind: 'undo', run: 'r' } })).toEqual([])
  })
})

describe('a service', () => {
  test('without a health check gets one suggested, by the port that it publishes', () => {
    const config = { key: 'k', env: {}, mounts: [], ports: ['0.0.0.0:2525->25/tcp'], networks: [] }
    const observed = {
      state: 'running',
      release: '1',
      digest: 'd',
      pointed: '1',
      pid: 1,
      since: null,
      note: null,
      config,
    } as const
    const services = {
      'mailer@web-1': { observed, releases: [], health: 'unproven', healthNote: null, errors: [] },
    } as const
    expect(proposed({ facts: { services } })).toMatchObject([
      {
        id: 'no-health.mailer',
        path: ['services', 'mailer'],
        change: {
          kind: 'suggest',
          comment:
            'health: { tcp: "{host}:2525" } # for mailer: what answers when it is well, or give its image a HEALTHCHECK',
        },
      },
    ])
  })

  test('whose image its host had lost has artifacts suggested, and to be saved where there is a place for them', () => {
    const from = { kind: 'registry', reference: 'r/api@sha256:d' } as const
    const pull = {
      kind: 'service.pull',
      service: 'api',
      host: 'web-1',
      release: '1',
      digest: 'd',
      from,
      name: null,
    } as const
    const did = [{ step: 'api@web-1.pull', command: pull }]
    expect(proposed({ did })).toMatchObject([{ id: 'artifacts', change: { kind: 'suggest' } }])
    const saved = loaded(`${text}artifacts: /srv/images\n`)
    expect(brief(proposed({ did, manifest: saved }))).toEqual([['artifacts', 'look']])
  })
})

describe('a database', () => {
  test('whose writers come in by accounts that nobody declared has those declared as writers, and never as readers', () => {
    expect(brief(proposed({ server: { sideDoors: ['shop@10.0.0.%'] } }))).toEqual([
      ['undeclared-writers.main', ['shop@%'], ['shop@%', 'shop@10.0.0.%']],
    ])
  })

  test('where others were seen, or a writer that is not there, shows them: whose they are is not guessed', () => {
    const server = { strangers: ['session 4 of bi@10.0.0.9'], missingWriters: ['shop@%'] }
    const [one] = proposed({ server })
    expect([one?.id, one?.change.kind, one?.evidence.map(({ says }) => says)]).toEqual([
      'strangers.main',
      'look',
      ['session 4 of bi@10.0.0.9', 'the server has no account shop@%'],
    ])
  })

  test('that lost rows, whose replicas lagged, or whose backups are old or missing, is shown', () => {
    const atRisk = [{ database: 'main', table: 'orders', column: 'note', rows: 7, archived: false }]
    expect(brief(proposed({ plan: { atRisk } }))).toEqual([['rows-lost.main', 'look']])
    const copy = { kind: 'database.archive', database: 'main', table: 't' } as const
    const did = [
      { step: 'x', command: copy, fault: faulty('database.lag') },
      { step: 'x', command: copy },
    ]
    expect(brief(proposed({ did }))).toEqual([['replica-lag.main', 'look']])
    expect(
      brief(proposed({ backups: { backups: [backup('2026-11-15')], amiss: null, freeBytes: 1, nextIds: {} } })),
    ).toEqual([['backup-age.main', 'look']])
    expect(proposed({ backups: { backups: [backup('2026-11-18')], amiss: null, freeBytes: 1, nextIds: {} } })).toEqual(
      [],
    )
    expect(proposed({ backups: { backups: [], amiss: null, freeBytes: 1, nextIds: {} } })).toMatchObject([
      { id: 'backup-age.main', evidence: [{ says: 'no whole backup lies there' }] },
    ])
    const migrations = [
      {
        database: 'main',
        version: '1',
        name: 'n',
        direction: 'down',
        statements: 1,
        verdict: 'irreversible',
        why: 'no',
      } as const,
    ]
    expect(proposed({ plan: { migrations } })).toMatchObject([{ id: 'backup-age.main', change: { kind: 'suggest' } }])
  })
})

describe('a channel and a step', () => {
  test('that failed are shown, a step only where it went well in the end and no other rule answers', () => {
    const send = (channel: string) =>
      ({ kind: 'message.send', channel, delivery: 'd', moment: 'decided', subject: '', text: '' }) as const
    const start = { kind: 'service.start', service: 'api', host: 'web-1', release: '1', digest: 'd' } as const
    const refused = { fault: faulty('channel.refused', 'no'), observed: { refused: true } }
    const did: Did[] = [
      { step: 'message.decided.ops', command: send('ops'), ...refused },
      { step: 'api@web-1.start', command: start, fault: faulty('service.will-not-start', 'port in use') },
      { step: 'api@web-1.start', command: start },
    ]
    expect(brief(proposed({ did }))).toEqual([
      ['channel.ops', 'look'],
      ['retried.api@web-1.start', 'look'],
    ])
  })
})

describe('what was turned down for good', () => {
  const never = {
    kind: 'proposal.answered',
    id: 'stop-grace.api',
    answer: 'never',
    reason: 'it hangs by design',
  } as const

  test('is not proposed again, and is handed on from run to run', () => {
    const before = runThat({ more: [never] }, 'before')
    const one = learn(runThat({ did: [killed(30_000)] }), [before])
    expect(one).toEqual({
      proposals: [],
      never: [{ id: 'stop-grace.api', by: 'astern', at: expect.any(String), reason: 'it hangs by design' }],
    })
    const next = runThat({ more: [{ kind: 'proposals.made', proposals: [], never: one?.never ?? [] }] }, 'next')
    expect(proposed({ did: [killed(30_000)] }, [next])).toEqual([])
  })

  test('and taken later after all is proposed again when it has reason to', () => {
    const before = runThat({ more: [never, { ...never, answer: 'accept', reason: '' }] }, 'before')
    expect(brief(proposed({ did: [killed(30_000)] }, [before]))).toEqual([['stop-grace.api', '30s', '90s']])
  })
})

test('durations are rounded up to what a person would have written', () => {
  const scale = [1, 1500, 10_001, 61_000, 599_000, 601_000, 3_600_000].map(readableMs)
  expect(scale).toEqual([1000, 2000, 15_000, 90_000, 600_000, 900_000, 3_600_000])
  expect(scale.map(durationText)).toEqual(['1s', '2s', '15s', '90s', '10m', '15m', '1h'])
  expect(durationText(400)).toBe('400ms')
})

function proposed(told: Told, past: readonly (readonly Line[])[] = []): readonly Proposal[] {
  return learn(runThat(told), past)?.proposals ?? []
}

function backup(day: string): Backup {
  return {
    name: day,
    path: `/backups/${day}`,
    tool: 'mydumper',
    version: null,
    schema: 'shop',
    begunAt: `${day}T01:00:00.000Z`,
    finishedAt: `${day}T01:10:00.000Z`,
    amiss: null,
    read: false,
    checksum: 'none',
    position: null,
    tables: [],
    migrations: null,
    bytes: 1,
    unpackedBytes: null,
  }
}

function brief(all: readonly Proposal[]) {
  return all.map(({ id, change }) => (change.kind === 'set' ? [id, change.was, change.becomes] : [id, change.kind]))
}
