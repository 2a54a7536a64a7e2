import type { Guard } from '../guard.ts'

const prechecks = 'src/targets/databases/mysql/prechecks'
const test = 'test/live/prechecks.test.ts'
const row = 'The reversal cannot succeed: NULLs, longer texts, numbers out of range, duplicates, orphans'

/** Rows that would make a statement fail in the middle of the night, looked for before anything is begun. */
export const prechecked: readonly Guard[] = [
  {
    id: 'databases.precheck-nulls',
    row,
    file: `${prechecks}/change.ts`,
    find: 'else askRows(here, table, columns, [{ what, where: sql(`${at} IS NULL`) }])',
    replace: '',
    test,
    name: 'MODIFY a int NOT NULL',
  },
  {
    id: 'databases.precheck-lengths',
    row,
    file: `${prechecks}/texts.ts`,
    find: '    conditions.push({ what, where: sql(`CHAR_LENGTH(${value}) > ${limit}`) })\n',
    replace: '    void value\n',
    test,
    name: 'MODIFY a varchar(3)',
  },
  {
    id: 'databases.precheck-range',
    row,
    file: `${prechecks}/numbers.ts`,
    find: 'return holds(from, to) ? [] : [bounds(',
    replace: 'return holds(from, to) || bounds !== undefined ? [] : [bounds(',
    test,
    name: 'MODIFY a tinyint',
  },
  {
    id: 'databases.precheck-duplicates',
    row,
    file: `${prechecks}/constraints.ts`,
    find: '  askSame(here, table, effect.columns, what, by, filled)\n',
    replace: '  void [what, by, filled]\n',
    test,
    name: 'ADD UNIQUE k (a)',
  },
  {
    id: 'databases.precheck-orphans',
    row,
    file: `${prechecks}/constraints.ts`,
    find: "  here.found.questions.push({\n    ...about(here, table),\n    kind: 'alone',",
    replace: "  void ({\n    ...about(here, table),\n    kind: 'alone',",
    test,
    name: 'ADD CONSTRAINT f FOREIGN KEY',
  },
  {
    id: 'databases.precheck-characters',
    row,
    file: `${prechecks}/texts.ts`,
    find: '  if (!isBinary && charset !== null) conditions.push(...notIn(from, charset, at))\n',
    replace: '',
    test,
    name: 'MODIFY a varchar(20) CHARACTER',
  },
  {
    id: 'databases.precheck-blocks',
    row,
    file: 'src/state/planner/prechecked.ts',
    find: 'else blockers.push(',
    replace: 'else warnings.push(',
    test: 'test/live/mysql-edges.test.ts',
    name: 'whose rows would not fit is blocked before anything stops, by their keys',
  },
  {
    id: 'databases.precheck-references',
    row: 'A table that would go is referred to by others',
    file: `${prechecks}/references.ts`,
    find: 'missing(here, name, `${child} refers to it by ${key}`)',
    replace: 'void [child, key]',
    test: 'test/live/prechecks-schema.test.ts',
    name: 'a statement that a foreign key stands in the way of',
  },
]
