import { keyNames, keyTable } from '../../../src/ui/keys/table.ts'
import type { KeyRow } from '../../../src/ui/keys/row.ts'

/** The key table as the README has it. */
export function keyDoc(): string {
  return ['| key | does | command |', '|---|---|---|', ...keyTable.map(line)].join('\n')
}

function line(row: KeyRow): string {
  const keys = keyNames(row).map(key => `\`${key}\``)
  const command = row.group === 'move' ? '' : `\`:${row.id}${row.takes === undefined ? '' : ` ${row.takes[0]}…`}\``
  return `| ${keys.join(' ')} | ${row.help} | ${command} |`
}
