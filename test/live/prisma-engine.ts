import { readFileSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'

/** Prisma's schema engine as its npm package has it, in WebAssembly: what `prisma migrate` calls. It knows SQLite, and no MySQL. */
export type PrismaEngine = {
  /** `prisma migrate deploy`: the names it applied. */
  readonly deploy: (scripts: Scripts) => Promise<readonly string[]>
  /** `prisma migrate status` */
  readonly status: (scripts: Scripts) => Promise<PrismaStatus>
  /** `prisma migrate resolve --rolled-back NAME` */
  readonly rolledBack: (name: string) => Promise<void>
}

export type PrismaStatus = {
  readonly edited: readonly string[]
  readonly failed: readonly string[]
  readonly unapplied: readonly string[]
}

/** `migration.sql` by the names of their directories. */
type Scripts = Readonly<Record<string, string>>

type Statement = { readonly sql: string; readonly args: string[] }

export async function prismaEngine(database: DatabaseSync): Promise<PrismaEngine> {
  await loadEngine()
  const engine = await bindings.SchemaEngine.new(
    { datamodels: [['schema.prisma', 'datasource db {\n  provider = "sqlite"\n}\n']] },
    () => undefined,
    adapterOn(database),
  )
  const filters = { externalTables: [], externalEnums: [] }
  return {
    deploy: async scripts => {
      const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList: listOf(scripts), filters })
      return appliedMigrationNames
    },
    status: async scripts => {
      const migrationsList = listOf(scripts)
      const told = await engine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: false, filters })
      return {
        edited: told.editedMigrationNames,
        failed: told.failedMigrationNames,
        unapplied:
          told.history !== null && 'unappliedMigrationNames' in told.history
            ? told.history.unappliedMigrationNames
            : [],
      }
    },
    rolledBack: async migrationName => void (await engine.markMigrationRolledBack({ migrationName })),
  }
}

type Wasm = {
  readonly instantiate: (
    bytes: Uint8Array,
    imports: object,
  ) => Promise<{ readonly instance: { readonly exports: { readonly __wbindgen_start: () => void } } }>
}

async function loadEngine(): Promise<void> {
  const file = new URL('schema_engine_bg.wasm', import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg'))
  // Node has it, its types do not.
  const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly: Wasm }
  const { instance } = await wasm.instantiate(readFileSync(fileURLToPath(file)), { './schema_engine_bg.js': bindings })
  bindings.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
}

function listOf(scripts: Scripts): Parameters<bindings.SchemaEngine['applyMigrations']>[0]['migrationsList'] {
  return {
    baseDir: '/prisma/migrations',
    lockfile: { path: 'migration_lock.toml', content: 'provider = "sqlite"\n' },
    shadowDbInitScript: '',
    migrationDirectories: Object.entries(scripts).map(([path, value]) => ({
      path,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value } },
    })),
  }
}

/** The driver the engine asks for, over `node:sqlite` (as @prisma/driver-adapter-utils describes it). */
function adapterOn(database: DatabaseSync): object {
  const text = 7
  const dateTime = 10
  const int = 0
  const queryRaw = async ({ sql, args }: Statement): Promise<object> => {
    const statement = database.prepare(sql)
    const columns = statement.columns()
    statement.setReturnArrays(true)
    const rows = statement.all(...args) as unknown as unknown[][]
    const typeOf = (declared: string | null, value: unknown): number => {
      if (/datetime/i.test(declared ?? '')) return dateTime
      return typeof value === 'number' ? int : text
    }
    return done({
      columnNames: columns.map(({ name }) => name),
      columnTypes: columns.map(({ type }, index) => typeOf(type, rows[0]?.[index])),
      rows,
    })
  }
  const known = { provider: 'sqlite', adapterName: 'node:sqlite', errorRegistry: { consumeError: () => undefined } }
  const adapter = {
    ...known,
    queryRaw,
    executeRaw: async ({ sql, args }: Statement) => done(Number(database.prepare(sql).run(...args).changes)),
    executeScript: async (script: string) => {
      try {
        database.exec(script)
        return done(undefined)
      } catch (error) {
        return { ok: false, error: { kind: 'sqlite', extendedCode: 1, message: String(error) } }
      }
    },
    getConnectionInfo: () => done({ maxBindValues: 1000, supportsRelationJoins: false }),
    dispose: async () => done(undefined),
  }
  return { ...known, connect: async () => done(adapter), connectToShadowDb: async () => done(adapter) }
}

function done(value: unknown): object {
  return {
    ok: true,
    value,
    map: (use: (value: unknown) => unknown) => done(use(value)),
    flatMap: (use: (value: unknown) => unknown) => use(value),
  }
}
