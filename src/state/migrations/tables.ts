import type { MigrationTool } from '../manifest.ts'

/** Where each tool keeps what is applied, unless it is told otherwise. */
export const defaultTables: Readonly<Record<MigrationTool, string>> = {
  dbmate: 'schema_migrations',
  'golang-migrate': 'schema_migrations',
  flyway: 'flyway_schema_history',
  liquibase: 'DATABASECHANGELOG',
  rails: 'schema_migrations',
  knex: 'knex_migrations',
  prisma: '_prisma_migrations',
  sequelize: 'SequelizeMeta',
  typeorm: 'migrations',
  drizzle: '__drizzle_migrations',
  alembic: 'alembic_version',
  django: 'django_migrations',
  laravel: 'migrations',
  sqitch: 'changes',
}

export const migrationTools = Object.keys(defaultTables) as readonly MigrationTool[]
