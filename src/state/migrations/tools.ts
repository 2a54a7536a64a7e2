import type { MigratedBy, MigrationTool } from '../manifest.ts'
import { ownQuery } from './own-query.ts'
import type { Tool } from './tool.ts'
import { alembic } from './tools/alembic.ts'
import { dbmate } from './tools/dbmate.ts'
import { django } from './tools/django.ts'
import { drizzle } from './tools/drizzle.ts'
import { flyway } from './tools/flyway.ts'
import { golangMigrate } from './tools/golang-migrate.ts'
import { knex } from './tools/knex.ts'
import { laravel } from './tools/laravel.ts'
import { liquibase } from './tools/liquibase.ts'
import { prisma } from './tools/prisma.ts'
import { rails } from './tools/rails.ts'
import { sequelize } from './tools/sequelize.ts'
import { sqitch } from './tools/sqitch.ts'
import { typeorm } from './tools/typeorm.ts'

export const tools: Readonly<Record<MigrationTool, Tool>> = {
  dbmate,
  'golang-migrate': golangMigrate,
  flyway,
  liquibase,
  rails,
  knex,
  prisma,
  sequelize,
  typeorm,
  drizzle,
  alembic,
  django,
  laravel,
  sqitch,
}

export function toolOf(by: MigratedBy): Omit<Tool, 'table' | 'columns'> {
  return typeof by === 'string' ? tools[by] : ownQuery(by)
}
