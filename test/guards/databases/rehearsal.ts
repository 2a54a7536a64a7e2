import type { Guard } from '../guard.ts'

const rehearsal = 'src/targets/databases/mysql/rehearsal'
const planner = 'src/state/planner'
const onClone = 'test/live/rehearsal-clone.test.ts'
const inPlan = 'test/state/planner/rehearsed.test.ts'
const touches = 'What is only rehearsed reaches the database that serves'
const believed = 'A rehearsal of something else is believed'

/** What is tried on a clone touches nothing else, and says nothing of anything else. */
export const rehearsing: readonly Guard[] = [
  {
    id: 'databases.not-on-the-server-that-serves',
    row: touches,
    file: `${rehearsal}/room.ts`,
    find: 'if (isSame && room.sameServer !== true) return theVeryServer(config.name)',
    replace: '',
    test: onClone,
    name: 'is refused on the very server that serves, however it is named, unless that is meant',
  },
  {
    id: 'databases.rehearsed-by-an-account-for-clones-alone',
    row: touches,
    file: `${rehearsal}/room.ts`,
    find: 'return besides.length === 0 ? null : mayTooMuch(config.name, room.account.user, besides)',
    replace: 'return besides.length === 0 ? null : null',
    test: onClone,
    name: 'is refused on the very server that serves, however it is named, unless that is meant',
  },
  {
    id: 'databases.a-statement-that-names-its-schema',
    row: touches,
    file: `${rehearsal}/rehearse.ts`,
    find: 'if (namesSchema(written.sql, database)) return failed(namesIt(database))',
    replace: '',
    test: onClone,
    name: 'runs a statement as it would be run, with its time, and with what refuses it',
  },
  {
    id: 'databases.a-clone-left-behind-goes',
    row: 'A rehearsal is killed, and its clone stays',
    file: `${rehearsal}/clone.ts`,
    find: '    if (inUse) continue\n',
    replace: "    if (inUse || name !== '') continue\n",
    test: onClone,
    name: 'finds what one that was killed left behind, by its lock, and drops it before the next',
  },
  {
    id: 'databases.rehearsed-at-todays-schema',
    row: believed,
    file: `${planner}/rehearsed.ts`,
    find: 'return today !== null && one.databases[name]?.today === today',
    replace: 'return today !== null',
    test: inPlan,
  },
  {
    id: 'databases.rehearsed-with-these-digests',
    row: believed,
    file: `${planner}/rehearsed.ts`,
    find: ' && canonical(one.digests) === digests',
    replace: '',
    test: inPlan,
  },
  {
    id: 'databases.statements-outweigh-a-rehearsal',
    row: 'The checks of a rehearsal do not reach what a migration took away',
    file: `${planner}/migrations.ts`,
    find: 'if (proven.length > 0) {',
    replace: "if (proven.length > 0 && shown?.verdict !== 'compatible') {",
    test: inPlan,
    name: 'that passed does not outweigh what statements prove',
  },
]
