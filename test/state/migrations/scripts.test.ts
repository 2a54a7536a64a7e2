import { describe, expect, test } from 'vitest'
import type { MigrationTool } from '../../../src/state/manifest.ts'
import { parseScripts } from '../../../src/state/migrations/scripts.ts'
import { migrationTools } from '../../../src/state/migrations/tables.ts'
import { hash, parsed, seen } from './support.ts'

describe('the scripts of', () => {
  test('dbmate are one file each, with a way up and a way down', () => {
    const files = {
      'schema.txt': 'not a script',
      '10_b.sql':
        '-- migrate:up transaction:false\nCREATE TABLE b (id INT);\nCREATE INDEX i ON b (id);\n-- migrate:down\nDROP TABLE b;\n',
      '9_a_thing.sql': '-- migrate:up\nCREATE TABLE a (id INT);\n-- migrate:down\n-- nothing can be done\n',
    }
    expect(seen(parsed('dbmate', files))).toEqual(['9 (a thing): 1 up, no way down', '10 (b): 2 up, 1 down'])
    expect(parseScripts('dbmate', [{ name: 'notes.sql', text: '' }], hash)).toMatchObject({
      fault: { code: 'migration.no-version' },
    })
  })

  test('golang-migrate are pairs of files, their versions numbers', () => {
    const files = {
      '000010_b.up.sql': 'CREATE TABLE b (id INT);',
      '000010_b.down.sql': 'DROP TABLE b;',
      '000002_a.up.sql': 'CREATE TABLE a (id INT)',
    }
    expect(seen(parsed('golang-migrate', files))).toEqual(['2 (a): 1 up, no way down', '10 (b): 1 up, 1 down'])
    const twice = { '1_a.up.sql': 'SELECT 1', '01_b.up.sql': 'SELECT 1' }
    expect(
      parseScripts(
        'golang-migrate',
        Object.entries(twice).map(([name, text]) => ({ name, text })),
        hash,
      ),
    ).toMatchObject({
      fault: { code: 'migration.twice' },
    })
  })

  test('Flyway are ordered number by number, what is repeatable last; with placeholders only Flyway runs them', () => {
    const files = {
      'V1_10__later.sql': 'CREATE TABLE c (id INT)',
      'V1_9__order_notes.sql': 'ALTER TABLE a ADD COLUMN n INT',
      'sub/U1_9__order_notes.sql': 'ALTER TABLE a DROP COLUMN n',
      'V1.9.1__who.sql': 'CREATE TABLE ${prefix}d (id INT)',
      'U1.9.1__who.sql': 'DROP TABLE ${prefix}d',
      'R__order_view.sql': 'CREATE VIEW v AS SELECT 1',
    }
    expect(seen(parsed('flyway', files))).toEqual([
      '1.9 (order notes): 1 up, 1 down',
      '1.9.1 (who): 0 up, flyway undo -target=1.9.1',
      '1.10 (later): 1 up, no way down',
      'R order view (order view): 1 up, no way down',
    ])
  })

  test('Liquibase are change sets: formatted SQL is read, XML, YAML and JSON are told by their ids', () => {
    const files = {
      '1.sql': `--liquibase formatted sql
--changeset ana:1 runOnChange:true
CREATE TABLE a (id INT);
CREATE TABLE b (id INT);
--rollback DROP TABLE b;
--rollback DROP TABLE a;
-- changeset "Ana Ortiz":"the second"
CREATE INDEX i ON a (id);
--rollback empty
--changeset ana:3
DELETE FROM a;
--changeset ana:4
ALTER TABLE a ADD COLUMN n INT;
/* liquibase rollback
ALTER TABLE a DROP COLUMN n;
*/
`,
      '2.xml':
        '<databaseChangeLog><changeSet author="bo" id="5"><dropTable tableName="a"/></changeSet></databaseChangeLog>',
      '3.yaml': 'databaseChangeLog:\n- changeSet:\n    id: 6\n    author: "bo k"\n    changes: []\n',
      '4.json': '{"databaseChangeLog":[{"changeSet":{"id":"7","author":"bo","changes":[]}}]}',
      '9/1.sql':
        '--liquibase formatted sql\n--changeset ana:1 endDelimiter:/\nCREATE PROCEDURE p() SELECT 1/\n--rollback DROP PROCEDURE p/\n--changeset ana:9\nCREATE TABLE ${t} (id INT);\n--rollback DROP TABLE ${t};\n',
      'readme.md': 'no changes',
    }
    const back = '0 up, liquibase rollback-count --count=1'
    expect(seen(parsed('liquibase', files))).toEqual([
      '1.sql::1::ana (1 by ana): 2 up, 2 down',
      '1.sql::the second::Ana Ortiz (the second by Ana Ortiz): 1 up, 0 down',
      '1.sql::3::ana (3 by ana): 1 up, no way down',
      '1.sql::4::ana (4 by ana): 1 up, 1 down',
      `2.xml::5::bo (5 by bo): ${back}`,
      `3.yaml::6::bo k (6 by bo k): ${back}`,
      `4.json::7::bo (7 by bo): ${back}`,
      `1.sql::1::ana#2 (1 by ana): ${back}`,
      `1.sql::9::ana (9 by ana): ${back}`,
    ])
  })

  test('Prisma are directories, with a way down where the team keeps one', () => {
    const files = {
      'migration_lock.toml': '',
      '20261118_order_notes/migration.sql': 'ALTER TABLE a ADD COLUMN n INT;',
      '20261118_order_notes/down.sql': 'ALTER TABLE a DROP COLUMN n;',
      '20261101_init/migration.sql': 'CREATE TABLE a (id INT);',
    }
    expect(seen(parsed('prisma', files))).toEqual([
      '20261101_init (init): 1 up, no way down',
      '20261118_order_notes (order notes): 1 up, 1 down',
    ])
  })

  test('Drizzle are those its journal names; without the journal they are not known', () => {
    const entries = [
      { tag: '0000_init', when: 1763424000000 },
      { tag: '0001_notes', when: 1763424000001 },
    ]
    const files = {
      '0000_init.sql': 'CREATE TABLE a (id INT);',
      '0001_notes.sql': 'CREATE TABLE b (id INT)--> statement-breakpoint\nCREATE TABLE c (id INT);',
      '0001_notes.down.sql': 'DROP TABLE b',
    }
    expect(seen(parsed('drizzle', { ...files, 'meta/_journal.json': JSON.stringify({ entries }) }))).toEqual([
      '1763424000000 (0000 init): 1 up, no way down',
      '1763424000001 (0001 notes): 2 up, 1 down',
    ])
    for (const journal of [{}, { 'meta/_journal.json': '{' }]) {
      const list = Object.entries({ ...files, ...journal }).map(([name, text]) => ({ name, text }))
      expect(parseScripts('drizzle', list, hash)).toMatchObject({ fault: { code: 'migration.no-journal' } })
    }
  })

  test('Sqitch stand in the order of the plan; a change that was reworked keeps its first scripts under a tag', () => {
    const by = '2026-11-18T09:00:00Z Ana <ana@shop.example>'
    const files = {
      'sqitch.plan': `%syntax-version=1.0.0\n%project=shop\n\nb ${by} # Bee\n@v1 ${by} # One\na [b] ${by}\nb [b@v1] ${by} # Bee again\n`,
      'deploy/b@v1.sql': 'CREATE TABLE b (id INT);',
      'revert/b@v1.sql': 'DROP TABLE b;',
      'deploy/a.sql': 'CREATE TABLE a (id INT);',
      'deploy/b.sql': 'ALTER TABLE b ADD COLUMN n INT;',
      'revert/b.sql': 'BEGIN; ALTER TABLE b DROP COLUMN n; COMMIT;',
      'verify/b.sql': 'SELECT 1;',
    }
    expect(seen(parsed('sqitch', files))).toEqual([
      'shop:b (Bee): 1 up, 1 down',
      'shop:a (a): 1 up, no way down',
      'shop:b#2 (Bee again): 1 up, 1 down',
    ])
    expect(parseScripts('sqitch', [], hash)).toMatchObject({ fault: { code: 'migration.no-plan' } })
  })

  test('Rails, Knex, Sequelize, TypeORM and Laravel are programs, and each has the command that reverses it', () => {
    const of = (tool: MigrationTool, ...names: string[]): readonly string[] =>
      seen(parsed(tool, Object.fromEntries(names.map(name => [name, '']))))
    expect(of('rails', '20261118_add_notes.rb', '9_first.rb', 'README')).toEqual([
      '9 (first): 0 up, bin/rails db:migrate:down VERSION=9',
      '20261118 (add notes): 0 up, bin/rails db:migrate:down VERSION=20261118',
    ])
    expect(of('knex', '20261118_add_notes.mjs', 'late.ts', 'late.d.ts')).toEqual([
      '20261118_add_notes.mjs (add notes): 0 up, npx --no-install knex migrate:down 20261118_add_notes.mjs',
      'late.ts (late): 0 up, npx --no-install knex migrate:down late.ts',
    ])
    expect(of('sequelize', '20261118-add-notes.js')).toEqual([
      '20261118-add-notes.js (add notes): 0 up, npx --no-install sequelize-cli db:migrate:undo --name 20261118-add-notes.js',
    ])
    expect(of('laravel', '2026_11_18_000000_add_notes.php')).toEqual([
      '2026_11_18_000000_add_notes (add notes): 0 up, php artisan migrate:rollback --step=1 --force',
    ])
    const typeorm = {
      '2-Late.ts':
        "export class LateThing1763424000001 implements MigrationInterface {\n  name = 'LateThing1763424000001'\n}",
      '1-First.js': 'class First1763424000000 {}',
      'types.d.ts': 'class Not1763424000002 {}',
    }
    expect(seen(parsed('typeorm', typeorm))).toEqual([
      'First1763424000000 (first): 0 up, npx --no-install typeorm migration:revert',
      'LateThing1763424000001 (late thing): 0 up, npx --no-install typeorm migration:revert',
    ])
  })

  test('Alembic stand on each other, a merge on several; Django’s do so from app to app', () => {
    const revision = (id: string, below: string): string =>
      `"""${id} does."""\nrevision: str = '${id}'\ndown_revision: Union[str, None] = ${below}\n`
    const alembic = {
      'a.py': revision('d4', "('b2', 'c3')"),
      'b.py': revision('b2', "'a1'"),
      'c.py': revision('c3', "'a1'"),
      'd.py': revision('a1', 'None'),
      'e.py': `${revision('e5', 'None')}depends_on = ['d4']\n`,
    }
    expect(seen(parsed('alembic', alembic))).toEqual([
      'a1 (a1 does): 0 up, alembic downgrade base',
      'b2 (b2 does): 0 up, alembic downgrade a1',
      'c3 (c3 does): 0 up, alembic downgrade a1',
      'd4 (d4 does): 0 up, alembic downgrade b2',
      'e5 (e5 does): 0 up, alembic downgrade base',
    ])
    const migration = (below: string): string =>
      `class Migration(migrations.Migration):\n    dependencies = [\n        ${below}\n    ]\n`
    const django = {
      'apps/auth/migrations/__init__.py': '',
      'apps/auth/migrations/0001_initial.py': migration("('shop', '0001_initial'),"),
      'apps/shop/migrations/0001_initial.py': 'class Migration(migrations.Migration):\n    initial = True\n',
      'apps/shop/migrations/0002_notes.py': migration("('auth', '0001_initial'), ('shop', '0001_initial')"),
    }
    expect(seen(parsed('django', django))).toEqual([
      'shop.0001_initial (initial): 0 up, python manage.py migrate shop zero',
      'auth.0001_initial (initial): 0 up, python manage.py migrate auth zero',
      'shop.0002_notes (notes): 0 up, python manage.py migrate shop 0001_initial',
    ])
  })

  test('every tool may declare a release compatible, in a comment of its language', () => {
    const line = 'astern:compatible-with 1.2.2, 1.2.1'
    const by = '2026-11-18T09:00:00Z Ana <ana@shop.example>'
    const files: Readonly<Record<MigrationTool, Readonly<Record<string, string>>>> = {
      dbmate: { '1_a.sql': `-- ${line}\n-- migrate:up\nSELECT 1;` },
      'golang-migrate': { '1_a.up.sql': `-- ${line}\nSELECT 1;` },
      flyway: { 'V1__a.sql': `-- ${line}\nSELECT 1;` },
      liquibase: { 'a.sql': `--liquibase formatted sql\n--changeset ana:1\n-- ${line}\nSELECT 1;` },
      rails: { '1_a.rb': `# ${line}` },
      knex: { '1_a.js': `// ${line}` },
      prisma: { '1_a/migration.sql': `-- ${line}\nSELECT 1;` },
      sequelize: { '1-a.js': `/*\n * ${line}\n */` },
      typeorm: { 'a.ts': `// ${line}\nclass A1763424000000 {}` },
      drizzle: { 'meta/_journal.json': '{"entries":[{"tag":"a","when":1}]}', 'a.sql': `-- ${line}\nSELECT 1;` },
      alembic: { 'a.py': `# ${line}\nrevision = 'a'\ndown_revision = None` },
      django: { 'shop/migrations/0001_a.py': `# ${line}` },
      laravel: { '2026_11_18_000000_a.php': `// ${line}` },
      sqitch: { 'sqitch.plan': `%project=shop\na ${by}\n`, 'deploy/a.sql': `-- ${line}\nSELECT 1;` },
    }
    const declared = migrationTools.map(tool => [
      tool,
      parsed(tool, files[tool]).map(({ compatibleWith }) => compatibleWith),
    ])
    expect(declared).toEqual(migrationTools.map(tool => [tool, [['1.2.2', '1.2.1']]]))
  })
})
