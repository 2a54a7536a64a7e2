import type { Guard } from '../guard.ts'

const mysql = 'src/targets/databases/mysql'
const test = 'test/live/mysql-blocked.test.ts'
const row = 'Who keeps a statement waiting is ended, and it was somebody else by then'

/** Sessions of others, ended when a person says so. */
export const ending: readonly Guard[] = [
  {
    id: 'databases.end-whom-was-seen',
    row,
    file: `${mysql}/blockers.ts`,
    find: '(seen.transaction === null || seen.transaction === now.transaction)',
    replace: 'true',
    test,
    name: 'leaves one alone that has ended its transaction and begun another since it was seen',
  },
  {
    id: 'databases.end-nobody-by-a-number',
    row,
    file: `${mysql}/blockers.ts`,
    find: '    Math.abs(seen.server - now.server) <= 1 &&\n',
    replace: '',
    test,
    name: 'ends nobody who has the number of one that was seen',
  },
  {
    id: 'databases.never-end-ourselves',
    row: 'Whoever is to be ended is Astern’s own session',
    file: `${mysql}/act/end.ts`,
    find: '  if (now.stays !== undefined) {\n',
    replace: '  if (now.stays !== undefined && now.id < 0) {\n',
    test,
    name: 'never ends a session of its own accounts, whoever asks',
  },
  {
    id: 'databases.shown-while-it-waits',
    row: 'A metadata lock stalls the table: an ALTER waits behind a forgotten transaction, and everybody behind the ALTER',
    file: `${mysql}/act/heeding.ts`,
    find: '    last = seen\n',
    replace: '    if (isNew) return\n',
    test,
    name: 'tells while it waits for whom, and goes on by itself when that one is ended meanwhile',
  },
]
