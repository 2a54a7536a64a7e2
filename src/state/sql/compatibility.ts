import type { Migration } from '../facts.ts'
import { effectsIn } from './effects-in.ts'

/**
 * What statements prove that older code cannot do any more, in words. Empty proves nothing: an added column breaks a
 * positional INSERT, an index rejects old writes. Only a declaration or a rehearsal shows "compatible".
 */
export function incompatibilities(migrations: readonly Migration[]): readonly string[] {
  return migrations.flatMap(({ version, up }) =>
    up.flatMap(effectsIn).flatMap(effect => {
      switch (effect.kind) {
        case 'drop table':
          return [`${version} drops table ${effect.table}`]
        case 'drop column':
          return [`${version} drops ${effect.table}.${effect.column}`]
        case 'rename':
          return [`${version} renames ${effect.table} ${effect.what}`]
        case 'change column':
        case 'unique':
        case 'reference':
        case 'create table':
        case 'add column':
        case 'rows':
        case 'index':
        case 'other':
          return []
      }
    }),
  )
}
