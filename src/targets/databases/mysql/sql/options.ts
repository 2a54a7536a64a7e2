import type {
  AlterPartitionSpecificationContext,
  TableOptionContext,
} from 'dt-sql-parser/dist/lib/mysql/MySqlParser.js'
import type { Effect } from '../../../../state/facts.ts'
import type { Reading } from './reading.ts'

export function ofOption(reading: Reading, table: string, option: TableOptionContext): Effect {
  const { grammar } = reading
  if (option instanceof grammar.TableOptionEngineContext) {
    const engine = option.engineName()
    const name = engine === null ? 'its default' : reading.text(engine)
    // It keeps nothing of what it is given.
    if (/^\W?blackhole\W?$/i.test(name)) return { kind: 'rows', verb: 'delete', table, all: true }
    return { kind: 'other', what: `set the engine of ${table} to ${name}` }
  }
  if (option instanceof grammar.TableOptionAutoIncrementContext) {
    return { kind: 'other', what: `set the next number of ${table} to ${reading.text(option.decimalLiteral())}` }
  }
  return { kind: 'other', what: `set ${table} to ${reading.text(option)}` }
}

export function ofPartition(
  reading: Reading,
  table: string,
  part: AlterPartitionSpecificationContext,
): readonly Effect[] {
  const { grammar } = reading
  if (part instanceof grammar.AlterByTruncatePartitionContext || part instanceof grammar.AlterByDropPartitionContext) {
    return [{ kind: 'rows', verb: 'delete', table }]
  }
  if (part instanceof grammar.AlterByExchangePartitionContext) {
    const other = reading.table(part.tableName())
    return [{ kind: 'other', what: `exchange rows of ${table} with all of ${other}`, destroys: true }]
  }
  const takesAway = part instanceof grammar.AlterByDiscardPartitionContext
  return [{ kind: 'other', what: `alter ${table}: ${reading.text(part)}`, ...(takesAway ? { destroys: true } : {}) }]
}
