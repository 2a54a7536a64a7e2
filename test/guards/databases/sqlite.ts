import type { Guard } from '../guard.ts'

const sqlite = 'src/targets/databases/sqlite'
const test = 'test/contract/databases.sqlite.test.ts'

/** A database that is a file. */
export const files: readonly Guard[] = [
  {
    id: 'databases.sqlite-in-a-process-of-its-own',
    row: 'A long statement of node:sqlite blocks everything for seconds, and cannot be interrupted',
    file: `${sqlite}/session.ts`,
    find: '    child.stdin?.write(`${JSON.stringify({ ...request, id: last })}\\n`)\n    return reply\n',
    replace:
      "    const { spawnSync } = await import('node:child_process')\n    const { stdout } = spawnSync(process.execPath, argv, { input: `${JSON.stringify({ ...request, id: last })}\\n`, timeout: 5000 })\n    return JSON.parse(String(stdout).trim().split('\\n').at(-1) ?? '')\n",
    test,
    name: 'keeps nobody waiting while it is at a long statement, and lets itself be ended in it with nothing changed',
  },
  {
    id: 'databases.sqlite-keeps-the-run-locked',
    row: 'The engine is killed, and what it started lives on',
    file: `${sqlite}/session.ts`,
    find: '...(lockFd === null ? [] : [lockFd])',
    replace: '...(lockFd === null ? [] : [])',
    test: 'test/crash/sqlite.test.ts',
    name: 'whose engine is killed keeps the run locked until it is over, and is found done',
  },
  {
    id: 'databases.sqlite-marker-in-the-transaction',
    row: 'The engine dies in the middle of a change of rows: done or not?',
    file: `${sqlite}/act/write.ts`,
    find: '      mark,\n      ...work,\n',
    replace: '      ...work,\n',
    test: 'test/crash/sqlite.test.ts',
    name: 'whose engine is killed keeps the run locked until it is over, and is found done',
  },
  {
    id: 'databases.sqlite-all-or-nothing',
    row: 'A statement fails in its middle',
    file: `${sqlite}/child.ts`,
    find: '    rollBack(database)\n    throw error\n',
    replace: "    database.exec('COMMIT')\n    throw error\n",
    test,
    name: 'has a statement taken back whole whose migration cannot be written down',
  },
  {
    id: 'databases.sqlite-makes-no-file',
    row: 'A misspelt file name makes an empty database',
    file: `${sqlite}/child.ts`,
    find: 'if (!existsSync(options.file))',
    replace: 'if (options.file === null)',
    test,
    name: 'is not made by looking at a file that is not there, nor by writing to it',
  },
]
