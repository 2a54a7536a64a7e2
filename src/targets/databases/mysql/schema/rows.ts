import { isDrillTrigger } from '../../names.ts'
import type { Query, Row } from '../../query.ts'
import { quoteName } from '../names.ts'

/** What information_schema says of one database, a set at a time, its own columns under one name on every server. */
export type SchemaRows = {
  readonly database: string
  readonly server: 'mysql' | 'mariadb'
  readonly tables: readonly Row[]
  readonly columns: readonly Row[]
  readonly indexes: readonly Row[]
  readonly keys: readonly Row[]
  readonly rules: readonly Row[]
  readonly checks: readonly Row[]
  readonly partitions: readonly Row[]
  readonly triggers: readonly Row[]
  readonly views: readonly Row[]
  readonly routines: readonly Row[]
  readonly parameters: readonly Row[]
  readonly events: readonly Row[]
  readonly sequences: readonly Row[]
}

export async function readRows(query: Query, database: string): Promise<SchemaRows> {
  const known = await knownColumns(query)
  const [version] = await query('SELECT VERSION() AS version')
  /** A column that older or other servers do not have. */
  const maybe = (table: string, column: string, otherwise: string): string =>
    known.has(`${table}.${column}`) ? column : otherwise
  const of = (columns: string, table: string, schema: string): Promise<readonly Row[]> =>
    query(`SELECT ${columns} FROM information_schema.${table} WHERE ${schema} = ?`, database)
  const tables = await of(
    'TABLE_NAME AS tbl, TABLE_TYPE AS type, ENGINE AS engine, TABLE_COLLATION AS collation, CREATE_OPTIONS AS options',
    'TABLES',
    'TABLE_SCHEMA',
  )
  return {
    database,
    server: String(version?.['version']).includes('MariaDB') ? 'mariadb' : 'mysql',
    tables,
    sequences: await readSequences(query, database, tables),
    columns: await of(
      'TABLE_NAME AS tbl, COLUMN_NAME AS name, ORDINAL_POSITION AS position, COLUMN_TYPE AS type, IS_NULLABLE AS nullable, COLUMN_DEFAULT AS default_text, COLLATION_NAME AS collation, EXTRA AS extra, GENERATION_EXPRESSION AS generation',
      'COLUMNS',
      'TABLE_SCHEMA',
    ),
    indexes: await of(
      `TABLE_NAME AS tbl, INDEX_NAME AS name, NON_UNIQUE AS not_unique, SEQ_IN_INDEX AS position, COLUMN_NAME AS col, COLLATION AS direction, SUB_PART AS prefix, INDEX_TYPE AS kind, ${maybe('STATISTICS', 'EXPRESSION', 'NULL')} AS expression, ${maybe('STATISTICS', 'IS_VISIBLE', "'YES'")} AS visible, ${maybe('STATISTICS', 'IGNORED', "'NO'")} AS ignored`,
      'STATISTICS',
      'TABLE_SCHEMA',
    ),
    keys: await of(
      'TABLE_NAME AS tbl, CONSTRAINT_NAME AS name, COLUMN_NAME AS col, ORDINAL_POSITION AS position, REFERENCED_TABLE_SCHEMA AS ref_schema, REFERENCED_TABLE_NAME AS ref_table, REFERENCED_COLUMN_NAME AS ref_col',
      'KEY_COLUMN_USAGE',
      'REFERENCED_TABLE_NAME IS NOT NULL AND TABLE_SCHEMA',
    ),
    rules: await of(
      'TABLE_NAME AS tbl, CONSTRAINT_NAME AS name, UPDATE_RULE AS on_update, DELETE_RULE AS on_delete',
      'REFERENTIAL_CONSTRAINTS',
      'CONSTRAINT_SCHEMA',
    ),
    checks: await readChecks(query, database, known),
    partitions: await of(
      'DISTINCT TABLE_NAME AS tbl, PARTITION_METHOD AS method, PARTITION_EXPRESSION AS expression, SUBPARTITION_METHOD AS sub_method, SUBPARTITION_EXPRESSION AS sub_expression',
      'PARTITIONS',
      'PARTITION_NAME IS NOT NULL AND TABLE_SCHEMA',
    ),
    triggers: withoutDrills(
      await of(
        'TRIGGER_NAME AS name, EVENT_OBJECT_TABLE AS tbl, ACTION_TIMING AS timing, EVENT_MANIPULATION AS event, ACTION_ORDER AS position, ACTION_STATEMENT AS body, SQL_MODE AS sql_mode',
        'TRIGGERS',
        'TRIGGER_SCHEMA',
      ),
    ),
    views: await of(
      'TABLE_NAME AS name, VIEW_DEFINITION AS body, CHECK_OPTION AS check_option, SECURITY_TYPE AS security',
      'VIEWS',
      'TABLE_SCHEMA',
    ),
    routines: await of(
      'SPECIFIC_NAME AS id, ROUTINE_NAME AS name, ROUTINE_TYPE AS type, DTD_IDENTIFIER AS answers, ROUTINE_DEFINITION AS body, IS_DETERMINISTIC AS is_deterministic, SQL_DATA_ACCESS AS access, SECURITY_TYPE AS security, SQL_MODE AS sql_mode',
      'ROUTINES',
      'ROUTINE_SCHEMA',
    ),
    parameters: await of(
      'SPECIFIC_NAME AS id, ROUTINE_TYPE AS type, ORDINAL_POSITION AS position, PARAMETER_MODE AS mode, PARAMETER_NAME AS name, DTD_IDENTIFIER AS type_text, COLLATION_NAME AS collation',
      'PARAMETERS',
      'ORDINAL_POSITION > 0 AND SPECIFIC_SCHEMA',
    ),
    events: await of(
      'EVENT_NAME AS name, EVENT_DEFINITION AS body, CAST(EXECUTE_AT AS CHAR) AS execute_at, INTERVAL_VALUE AS every, INTERVAL_FIELD AS unit, CAST(ENDS AS CHAR) AS ends, STATUS AS status, ON_COMPLETION AS completion, TIME_ZONE AS time_zone, SQL_MODE AS sql_mode',
      'EVENTS',
      'EVENT_SCHEMA',
    ),
  }
}

/** As if a drill had none there: the order of the others is counted without them. */
function withoutDrills(triggers: readonly Row[]): readonly Row[] {
  const isDrills = ({ name }: Row): boolean => isDrillTrigger(String(name))
  return triggers
    .filter(row => !isDrills(row))
    .map(row => {
      const before = triggers.filter(
        other =>
          isDrills(other) &&
          ['tbl', 'timing', 'event'].every(part => other[part] === row[part]) &&
          Number(other['position'] ?? 1) < Number(row['position'] ?? 1),
      )
      return before.length === 0 ? row : { ...row, position: Number(row['position']) - before.length }
    })
}

/** MySQL tells a check's table elsewhere, MariaDB beside it; MySQL before 8.0.16 has no checks at all. */
async function readChecks(query: Query, database: string, known: ReadonlySet<string>): Promise<readonly Row[]> {
  if (!known.has('CHECK_CONSTRAINTS.CHECK_CLAUSE')) return []
  if (known.has('CHECK_CONSTRAINTS.TABLE_NAME'))
    return query(
      "SELECT TABLE_NAME AS tbl, CONSTRAINT_NAME AS name, CHECK_CLAUSE AS clause, 'YES' AS enforced FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ?",
      database,
    )
  return query(
    `SELECT t.TABLE_NAME AS tbl, t.CONSTRAINT_NAME AS name, c.CHECK_CLAUSE AS clause, t.ENFORCED AS enforced
     FROM information_schema.TABLE_CONSTRAINTS t JOIN information_schema.CHECK_CONSTRAINTS c
       ON c.CONSTRAINT_SCHEMA = t.CONSTRAINT_SCHEMA AND c.CONSTRAINT_NAME = t.CONSTRAINT_NAME
     WHERE t.CONSTRAINT_TYPE = 'CHECK' AND t.TABLE_SCHEMA = ?`,
    database,
  )
}

/** MariaDB keeps what a sequence was made with in the sequence itself. */
async function readSequences(query: Query, database: string, tables: readonly Row[]): Promise<readonly Row[]> {
  const names = tables.filter(({ type }) => type === 'SEQUENCE').map(({ tbl }) => String(tbl))
  if (names.length === 0) return []
  const each = names.map(
    name =>
      `SELECT ? AS tbl, CONCAT_WS(' ', start_value, minimum_value, maximum_value, increment, cache_size, cycle_option) AS made FROM ${quoteName(database)}.${quoteName(name)}`,
  )
  return query(each.join(' UNION ALL '), ...names)
}

async function knownColumns(query: Query): Promise<ReadonlySet<string>> {
  const rows = await query(
    "SELECT TABLE_NAME AS tbl, COLUMN_NAME AS col FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'information_schema' AND TABLE_NAME IN ('STATISTICS', 'CHECK_CONSTRAINTS')",
  )
  return new Set(rows.map(({ tbl, col }) => `${String(tbl)}.${String(col)}`.toUpperCase()))
}
