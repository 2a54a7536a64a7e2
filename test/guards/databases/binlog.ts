import type { Guard } from '../guard.ts'

const act = 'src/targets/databases/mysql/act'
const replay = 'test/live/mysql-replay.test.ts'

/** What the binlog has of the time since the backup, and of damage that is rows alone. */
export const binlog: readonly Guard[] = [
  {
    id: 'databases.take-back-what-stands-as-written',
    row: 'Rows are taken back by the binlog, and somebody has written to them since',
    file: `${act}/flashback/flashback.ts`,
    find: '  if (found > 0) return found\n',
    replace: '',
    test: 'test/live/mysql-flashback.test.ts',
    name: 'what somebody wrote to since, or refers to, is in the way: all of it is named, and nothing is taken back',
  },
  {
    id: 'databases.replay-goes-on-where-it-was',
    row: 'The engine is killed while the binlog is replayed into a backup',
    file: `${act}/restore/replay.ts`,
    find: '        await moveOn(one, context, from, to)\n',
    replace: '        void [moveOn, from, to]\n',
    test: replay,
    name: 'that is killed goes on where it was, and each row comes in once',
  },
]
