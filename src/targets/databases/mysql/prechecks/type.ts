import { tokens } from '../sql/tokens.ts'

/** A type as a statement writes it. */
export type Written = {
  /** As information_schema says it: `int` for INTEGER. */
  readonly data: string
  /** Numbers in its parentheses: of decimal(10,2), 10 and 2. */
  readonly numbers: readonly number[]
  /** Of ENUM and SET. */
  readonly values: readonly string[]
  readonly unsigned: boolean
  readonly charset: string | null
  readonly collation: string | null
}

export function parseType(type: string): Written {
  const all = [...tokens(type)]
  const words = all.map(({ kind, text }) => (kind === 'word' || kind === 'string' ? text.toUpperCase() : ''))
  const after = (...names: readonly string[]): string | null => {
    const at = words.findIndex((_, index) => names.every((name, offset) => words[index + offset] === name))
    const text = at < 0 ? undefined : all[at + names.length]?.text
    return text === undefined ? null : text.replaceAll(/['"`]/g, '').toLowerCase()
  }
  const close = all.findIndex(({ text }) => text === ')')
  const inside = all.slice(0, close < 0 ? 0 : close)
  const name = all.slice(0, all.findIndex(({ kind }) => kind !== 'word') >>> 0).map(({ text }) => text.toUpperCase())
  return {
    data: dataOf(name),
    numbers: inside.filter(({ kind }) => kind === 'number').map(({ text }) => Number(text)),
    values: inside.filter(({ kind }) => kind === 'string').map(({ text }) => valueOf(text)),
    unsigned: words.includes('UNSIGNED') || words.includes('ZEROFILL'),
    charset: after('CHARACTER', 'SET') ?? after('CHARSET') ?? (words.includes('ASCII') ? 'latin1' : null),
    collation: after('COLLATE'),
  }
}

const others: Readonly<Record<string, string>> = {
  INTEGER: 'int',
  INT1: 'tinyint',
  INT2: 'smallint',
  INT3: 'mediumint',
  INT4: 'int',
  INT8: 'bigint',
  MIDDLEINT: 'mediumint',
  BOOL: 'tinyint',
  BOOLEAN: 'tinyint',
  SERIAL: 'bigint',
  DEC: 'decimal',
  NUMERIC: 'decimal',
  FIXED: 'decimal',
  NUMBER: 'decimal',
  REAL: 'double',
  FLOAT4: 'float',
  FLOAT8: 'double',
  NCHAR: 'char',
  NVARCHAR: 'varchar',
  VARCHARACTER: 'varchar',
  LONG: 'mediumtext',
}

function dataOf([first = '', second = '', third = '']: readonly string[]): string {
  if (first === 'NATIONAL') return third === 'VARYING' || second.startsWith('VARCHAR') ? 'varchar' : 'char'
  if (first === 'CHARACTER' || first === 'CHAR' || first === 'NCHAR') return second === 'VARYING' ? 'varchar' : 'char'
  if (first === 'LONG' && second === 'VARBINARY') return 'mediumblob'
  return others[first] ?? first.toLowerCase()
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', '0': '\0', Z: '\x1a' }

/** What a string in SQL stands for. */
function valueOf(text: string): string {
  const quote = text[0] ?? ''
  return text
    .slice(1, -1)
    .replaceAll(/\\([\s\S])|(''|"")/g, (whole, escaped: string | undefined, doubled: string | undefined) => {
      if (escaped !== undefined) return escapes[escaped] ?? escaped
      return doubled === quote + quote ? quote : whole
    })
}
