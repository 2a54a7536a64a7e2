import type { Guard } from './guard.ts'

export const databases: readonly Guard[] = [
  {
    id: 'databases.rows-share-a-transaction-with-their-marker',
    row: 'The engine or the server dies in the middle of a change of rows',
    file: 'src/targets/databases/mysql/act/act.ts',
    find: 'if (before?.done === true) return',
    replace: 'if (before?.done === undefined) return',
    test: 'test/live/mysql-twice.test.ts',
    name: 'changes no row a second time',
  },
]
