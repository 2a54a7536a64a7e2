import type { Guard } from '../guard.ts'

const test = 'test/live/programs.test.ts'

/** A way down that is a program: nobody can read from it what it does. */
export const programs: readonly Guard[] = [
  {
    id: 'databases.a-program-is-never-repeated-by-itself',
    row: 'The engine is killed while a migration’s own program runs',
    file: 'src/state/planner/programs.ts',
    find: "    repeat: 'never',\n",
    replace: '',
    test,
    name: 'that ended with its engine before it did anything waits for a person',
  },
  {
    id: 'databases.a-program-keeps-the-run-locked',
    row: 'The engine is killed while a migration’s own program runs',
    file: 'src/targets/programs/spawn.ts',
    find: '...(lockFd === null ? [] : [lockFd])',
    replace: '...(lockFd === null ? [] : [])',
    test,
    name: 'whose engine is killed inside its program is waited for, looked at, and not run twice',
  },
  {
    id: 'databases.a-program-is-judged-by-the-database',
    row: 'A migration’s own program says it is done, and was led to another database',
    file: 'src/targets/databases/mysql/act/program.ts',
    find: 'if (end.code !== 0 || !isDone(command, after.applied)) {',
    replace: 'if (end.code !== 0) {',
    test,
    name: 'whose program was led to another database is not taken for done',
  },
  {
    id: 'databases.every-table-is-kept-before-a-program',
    row: 'Nobody knows what a migration’s own program destroys',
    file: 'src/state/planner/mysql-steps.ts',
    find: 'const kept = isOpaque ? tablesAt(database, fact) : touched',
    replace: 'const kept = touched',
    test,
    name: 'goes back by its own command in the release that applied it, and forward again by an undo, to the byte',
  },
]
