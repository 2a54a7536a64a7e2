import { expect, test } from 'vitest'
import type { DatabaseFact, Facts, ServerFact } from '../../../src/state/facts.ts'
import type { Manifest, MysqlDatabase } from '../../../src/state/manifest.ts'
import { serverBlockers, serverWarnings } from '../../../src/state/planner/servers.ts'

const quiet: ServerFact = {
  version: '10.11',
  place: 'db:3306',
  id: '1',
  readOnly: false,
  replicaOf: 'none',
  lagSeconds: 0,
  replicas: 0,
  strangers: [],
  long: [],
}

test('a server that takes no writes, replicates from another, or whose account may not fence is not reversed', () => {
  expect(blockers({})).toEqual([])
  expect(blockers({ readOnly: true })).toEqual([
    'main: the server db:3306 is read-only. Name the one that takes writes',
  ])
  expect(blockers({ replicaOf: 'primary' })).toEqual([
    'main: the server db:3306 is a replica of primary. Name that one; or write replica: true, if this one is meant',
  ])
  expect(blockers({ replicaOf: 'primary' }, { replica: true })).toEqual([])
  expect(blockers({ lacks: ['PROCESS', 'CREATE USER'] })).toEqual([
    'main: the account astern has no right to keep the writers out: GRANT PROCESS, CREATE USER ON *.* to it, and plan again',
  ])
})

test('what the fence would refuse is told before anything stops', () => {
  expect(blockers({ sideDoors: ['shop@127.0.0.1'], missingWriters: ['shpo@%'] })).toEqual([
    'main: writers would come in again by shop@127.0.0.1, which nobody declared: lock them (ALTER USER ... ACCOUNT LOCK) or declare them under writers, and plan again',
    'main: its server has no account shpo@%, which is declared as a writer: write it as the server has it',
  ])
  expect(warnings({}, {}, { withoutTransactions: ['visits'] })).toEqual([
    'main: visits is a table without transactions: what a crash leaves of a statement there has to be looked at by hand',
  ])
})

test('what may disturb a reversal is told before it: who is there, who waits, what runs by itself, who gets the changes too', () => {
  expect(warnings({})).toEqual([])
  expect(
    warnings({ replicaOf: null, replicas: 2, strangers: ['session 7 of bi@h'], long: ['session 8 of x@h'] }),
  ).toEqual([
    'main: whether db:3306 is a replica may not be seen by this account',
    'main: 2 servers replicate from db:3306, and get every change too',
    'main: session 7 of bi@h is declared nowhere: while it is there, the schema is not touched',
    'main: session 8 of x@h: a change of the schema may have to wait for it',
  ])
  expect(warnings({}, { writers: [] })).toEqual([
    'main: no writers are declared, so nobody is locked out: nothing but the stopped services keeps it quiet',
  ])
  expect(
    warnings({}, {}, { schema: [{ kind: 'event', name: 'nightly', definition: '' }], unseen: ['triggers'] }),
  ).toEqual([
    'main: the account that looked is not shown triggers',
    'main: the fence does not keep out what the server runs by itself: event nightly. Disable it first (ALTER EVENT ... DISABLE)',
  ])
})

function blockers(server: Partial<ServerFact>, declared: Partial<MysqlDatabase> = {}) {
  return serverBlockers(factsWith(server), manifestWith(declared), ['main'])
}

function warnings(
  server: Partial<ServerFact>,
  declared: Partial<MysqlDatabase> = {},
  fact: Partial<DatabaseFact> = {},
) {
  return serverWarnings(factsWith(server, fact), manifestWith(declared), ['main'])
}

function factsWith(server: Partial<ServerFact>, fact: Partial<DatabaseFact> = {}): Facts {
  const database = { schema: [], ...fact, server: { ...quiet, ...server } } as unknown as DatabaseFact
  return { at: '', services: {}, records: {}, databases: { main: database } }
}

function manifestWith(declared: Partial<MysqlDatabase>): Manifest {
  const main = {
    kind: 'mysql',
    account: { user: 'astern', password: null },
    writers: ['shop@%'],
    readers: [],
    ...declared,
  }
  return { databases: { main } } as unknown as Manifest
}
