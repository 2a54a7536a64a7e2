import type { Effect, Migration } from '../facts.ts'
import { effectsIn } from './effects-in.ts'

/**
 * What statements prove that older code cannot do any more, in words. Empty proves nothing: an added column breaks a
 * positional INSERT, an index rejects old writes. Only a declaration or a rehearsal shows "compatible".
 */
export function incompatibilities(migrations: readonly Migration[]): readonly string[] {
  const schema = new Since()
  const inOrder = [...migrations].sort((a, b) => (a.version < b.version ? -1 : 1))
  for (const { version, up } of inOrder) for (const effect of up.flatMap(effectsIn)) schema.take(version, effect)
  return schema.missed()
}

/** Follows the schema through the statements: what is gone at the end, and what is there that older code does not know of. */
class Since {
  readonly #missed = new Map<string, string>()
  readonly #new = new Set<string>()

  take(version: string, effect: Effect): void {
    switch (effect.kind) {
      case 'create table':
        return this.#comes(nameOf(effect.table))
      case 'drop table':
        return this.#goes(nameOf(effect.table), `${version} drops table ${effect.table}`)
      case 'add column':
        return this.#added(version, effect)
      case 'drop column':
        return this.#goes(nameOf(effect.table, effect.column), `${version} drops ${effect.table}.${effect.column}`)
      case 'rename': {
        const { table, column, to, what } = effect
        const words =
          column === undefined ? `${table} ${what}` : `${table}.${column}${to === undefined ? '' : ` to ${to}`}`
        this.#goes(nameOf(table, column), `${version} renames ${words}`)
        if (to !== undefined) this.#comes(column === undefined ? nameOf(to) : nameOf(table, to))
        return
      }
      case 'change column':
      case 'unique':
      case 'reference':
      case 'check':
      case 'drop constraint':
      case 'charset':
      case 'rows':
      case 'index':
      case 'other':
    }
  }

  missed(): readonly string[] {
    return [...this.#missed.values()]
  }

  #goes(name: string, words: string): void {
    const [table = ''] = name.split('\0')
    // What came after older code cannot be missed by it.
    if (!this.#new.delete(name) && !this.#new.has(table)) this.#missed.set(name, words)
    else this.#missed.delete(name)
  }

  #comes(name: string): void {
    if (!this.#missed.delete(name)) this.#new.add(name)
  }

  #added(version: string, { table, column, notNull, hasDefault }: Effect & { readonly kind: 'add column' }): void {
    const name = nameOf(table, column)
    const isNew = this.#new.has(nameOf(table))
    this.#comes(name)
    if (isNew || notNull !== true || hasDefault !== false) return
    this.#missed.set(name, `${version} adds ${table}.${column}, which a new row cannot be without`)
  }
}

function nameOf(table: string, column?: string): string {
  return column === undefined ? table : `${table}\0${column.toLowerCase()}`
}
