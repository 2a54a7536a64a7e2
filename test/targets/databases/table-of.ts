import fc from 'fast-check'

/** A table that can be made on MariaDB, as its parts. */
export type MadeTable = {
  readonly columns: readonly { readonly name: string; readonly type: string; readonly rest: string }[]
  readonly keys: readonly string[]
  readonly options: string
}

export function createOf(name: string, { columns, keys, options }: MadeTable): string {
  const lines = [...columns.map(({ name: column, type, rest }) => `\`${column}\` ${type} ${rest}`), ...keys]
  return `CREATE TABLE \`${name}\` (${lines.join(', ')}) ${options}`
}

const types: readonly (readonly [type: string, defaults: readonly string[]])[] = [
  ['int', ['0', '-7', 'NULL', '(1 + 2)']],
  ['int(5) unsigned zerofill', ['12']],
  ['bigint unsigned', ['18446744073709551615']],
  ['tinyint(1)', ['1', 'TRUE']],
  ['decimal(12,4)', ['1.5', '-0.0001']],
  ['double', ['1e10', '0.5']],
  ['varchar(40)', ["''", "'it''s'", "'NULL'", "'a\\\\b'", "'current_timestamp()'", 'NULL', 'uuid()']],
  ['varchar(40) CHARACTER SET utf8mb3', ["'ä'"]],
  ['char(3) COLLATE utf8mb4_bin', ["'abc'"]],
  ["enum('a','b''c','D')", ["'a'", "'b''c'"]],
  ["set('x','y')", ["'x,y'"]],
  ['varbinary(16)', ["'a'"]],
  ['bit(3)', ["b'101'"]],
  ['date', ["'2026-01-31'", '(CURRENT_DATE)']],
  ['datetime(3)', ['CURRENT_TIMESTAMP(3)', "'2026-01-31 10:00:00.5'"]],
  ['timestamp NULL', ['CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP', 'NULL']],
  ['time', ["'10:00:00'"]],
  ['year', ['2026']],
  ['text', ["'long'"]],
  ['json', ["'{}'"]],
]

const column = fc
  .constantFrom(...types)
  .chain(([type, defaults]) =>
    fc.tuple(
      fc.constant(type),
      fc.oneof(
        fc.constantFrom('', ...(type === 'timestamp NULL' ? [] : ['NOT NULL'])),
        fc.constantFrom(...defaults.map(text => `DEFAULT ${text}`)),
      ),
      fc.constantFrom('', '', "COMMENT 'said'", 'INVISIBLE'),
    ),
  )

export const madeTable: fc.Arbitrary<MadeTable> = fc
  .tuple(
    fc.array(column, { minLength: 1, maxLength: 8 }),
    fc.subarray([
      'KEY by_n (n)',
      'UNIQUE KEY only (n, s(10))',
      'KEY down (n DESC, s)',
      'FULLTEXT KEY words (s)',
      "CHECK (n > 0 AND s <> 'x')",
      "CONSTRAINT named CHECK ((n + 1) * 2 < 100 OR s LIKE 'a\\\\_%' OR s IS NULL)",
      'CONSTRAINT up FOREIGN KEY (n) REFERENCES parent (id) ON DELETE CASCADE',
      'sum INT AS (n * (id - 1)) VIRTUAL',
      "joined VARCHAR(60) AS (CONCAT(s, '''', n)) STORED",
      'KEY (parent_id)',
    ]),
    fc.constantFrom('', 'COLLATE utf8mb4_unicode_ci', 'ROW_FORMAT=COMPRESSED', "COMMENT 'said' AUTO_INCREMENT=70"),
  )
  .map(([columns, keys, options]) => ({
    columns: [
      { name: 'id', type: 'int', rest: 'NOT NULL AUTO_INCREMENT PRIMARY KEY' },
      { name: 'n', type: 'int', rest: 'NOT NULL' },
      { name: 's', type: 'varchar(50)', rest: '' },
      { name: 'parent_id', type: 'int', rest: '' },
      ...columns.map(([type, fallback, more], at) => ({
        name: `c${at}`,
        type,
        rest: fallback === 'NOT NULL' && more === 'INVISIBLE' ? fallback : `${fallback} ${more}`,
      })),
    ],
    keys,
    options,
  }))

/** One thing about a table that must show: what it is called, and the statement that does it. */
export const changes: readonly (readonly [what: string, sql: string])[] = [
  ['a column more', 'ADD more int'],
  ['a column less', 'DROP parent_id'],
  ['another name', 'CHANGE parent_id parent int'],
  ['another type', 'MODIFY parent_id bigint'],
  ['a longer string', 'MODIFY s varchar(51)'],
  ['no NULL', 'MODIFY parent_id int NOT NULL'],
  ['another default', 'ALTER parent_id SET DEFAULT 5'],
  ['an empty string as the default', "ALTER s SET DEFAULT ''"],
  ['an expression as the default', 'ALTER s SET DEFAULT (uuid())'],
  ['another collation of a column', 'MODIFY s varchar(50) COLLATE utf8mb4_bin'],
  ['another character set of a column', 'MODIFY s varchar(50) CHARACTER SET latin1'],
  ['another collation of the table', 'COLLATE utf8mb4_bin'],
  ['another engine', 'DROP FOREIGN KEY up; ENGINE=Aria'],
  ['another order', 'MODIFY parent_id int AFTER id'],
  ['a column first', 'MODIFY parent_id int FIRST'],
  ['an index more', 'ADD KEY extra (parent_id)'],
  ['an index less', 'DROP KEY base'],
  ['an index with another order', 'DROP KEY base, ADD KEY base (parent_id, n)'],
  ['an index the other way', 'DROP KEY base, ADD KEY base (n, parent_id DESC)'],
  ['an index that allows no second', 'DROP KEY base, ADD UNIQUE KEY base (n, parent_id)'],
  ['an index of a part', 'ADD KEY part (s(3))'],
  ['an index not used', 'ALTER INDEX base IGNORED'],
  ['no counter', 'MODIFY id int NOT NULL'],
  ['a foreign key', 'ADD CONSTRAINT fk FOREIGN KEY (parent_id) REFERENCES parent (id)'],
  [
    'another rule of a foreign key',
    'DROP FOREIGN KEY up; ADD CONSTRAINT up FOREIGN KEY (other) REFERENCES parent (id) ON DELETE CASCADE',
  ],
  ['a check', 'ADD CONSTRAINT some CHECK (n > 5)'],
  ['a generated column', 'ADD twice int AS (n * 2) VIRTUAL'],
  ['an update by itself', 'ADD at timestamp NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP'],
  ['partitions', 'DROP FOREIGN KEY up; PARTITION BY HASH (id) PARTITIONS 4'],
]
