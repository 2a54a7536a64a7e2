import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import {
  columnsOf,
  comesAgain,
  keepsItsBooks,
  openProject,
  schema,
  testWithTool,
  type Project,
} from './migration-tools-stage.ts'

let server: MariaDb
let project: Project

const own = async (argv: readonly string[], line: RegExp): Promise<readonly string[]> =>
  [...(await project.run(argv)).matchAll(line)].map(([, version]) => version ?? '')

const python = (...modules: string[]): readonly [string, ...string[]] => [
  '/usr/bin/python3',
  '-c',
  `import ${modules.join(', ')}`,
]
const sqitch = ['perl', '-MApp::Sqitch', '-MDBD::mysql', '-e1'] as const

describeWithMariaDb('a database migrated by', () => {
  beforeAll(async () => {
    server = await startMariaDb(['--innodb-flush-log-at-trx-commit=0', '--sync-binlog=0'])
  })
  afterEach(async () => project.close())
  afterAll(async () => server.remove())

  testWithTool(
    'Alembic: what its head stands on is read, and its own command goes back one',
    python('alembic', 'pymysql'),
    async () => {
      const file = (revision: string, below: string, up: string, down: string): string =>
        `"""${revision} words."""\nfrom alembic import op\n\nrevision = '${revision}'\ndown_revision = ${below}\n\ndef upgrade():\n    op.execute("${up}")\n\ndef downgrade():\n    op.execute("${down}")\n`
      project = await openProject(
        server,
        'alembic',
        {
          'alembic.ini': '[alembic]\nscript_location = alembic\n',
          'alembic/env.py': `from alembic import context\nfrom sqlalchemy import create_engine\nwith create_engine('mysql+pymysql://root@127.0.0.1:${server.port}/t_alembic').connect() as connection:\n    context.configure(connection=connection)\n    with context.begin_transaction():\n        context.run_migrations()\n`,
          'alembic/versions/b2_orders.py': file('b2c3', "'a1b2'", schema.orders, 'DROP TABLE orders'),
          'alembic/versions/a1_customers.py': file('a1b2', 'None', schema.customers, 'DROP TABLE customers'),
          'alembic/versions/c3_notes.py': `# astern:compatible-with 1.2.2\n${file('c3d4', "'b2c3'", schema.note, schema.noNote)}`,
        },
        'alembic/versions',
      )
      await project.run(['alembic', 'upgrade', 'head'])
      const last = project.scripts().at(-1)!
      expect([last.name, last.compatibleWith, last.opaque?.argv]).toEqual([
        'c3d4 words',
        ['1.2.2'],
        ['alembic', 'downgrade', 'b2c3'],
      ])
      const applied = async (): Promise<readonly string[]> =>
        (await own(['alembic', 'history', '-r', 'base:current'], /^\S+ -> (\w+)/gm)).toReversed()
      await keepsItsBooks(project, ['a1b2', 'b2c3', 'c3d4'], applied, byItsOwnCommand)
      expect(await columnsOf(project)).toEqual(['id', 'customer'])
      await comesAgain(project, applied)
    },
  )

  testWithTool(
    'Django: its apps are read in the order they stand on each other, and its own command goes back one',
    python('django', 'pymysql'),
    async () => {
      const file = (below: string, up: string, down: string): string =>
        `from django.db import migrations\n\nclass Migration(migrations.Migration):\n    dependencies = [${below}]\n    operations = [migrations.RunSQL("${up}", "${down}")]\n`
      project = await openProject(server, 'django', {
        'manage.py': `import os, sys, pymysql\npymysql.install_as_MySQLdb()\nos.environ['DJANGO_SETTINGS_MODULE'] = 'settings'\nfrom django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n`,
        'settings.py': `SECRET_KEY = 'x'\nUSE_TZ = True\nINSTALLED_APPS = ['shop']\nDATABASES = {'default': {'ENGINE': 'django.db.backends.mysql', 'NAME': 't_django', 'USER': 'root', 'HOST': '127.0.0.1', 'PORT': '${server.port}'}}\n`,
        'shop/__init__.py': '',
        'shop/migrations/__init__.py': '',
        'shop/migrations/0001_customers.py': file('', schema.customers, 'DROP TABLE customers'),
        'shop/migrations/0002_orders.py': file("('shop', '0001_customers')", schema.orders, 'DROP TABLE orders'),
        'shop/migrations/0003_notes.py': file("('shop', '0002_orders')", schema.note, schema.noNote),
      })
      const manage = ['/usr/bin/python3', 'manage.py']
      await project.run([...manage, 'migrate'])
      const versions = ['shop.0001_customers', 'shop.0002_orders', 'shop.0003_notes'] as const
      const applied = (): Promise<readonly string[]> => own([...manage, 'showmigrations', '--plan'], /^\[X\]\s+(\S+)/gm)
      await keepsItsBooks(project, versions, applied, async version => {
        const [, ...argv] = argvOf(version)
        expect(argv).toEqual(['manage.py', 'migrate', 'shop', '0002_orders'])
        await project.run(['/usr/bin/python3', ...argv])
      })
      expect(await columnsOf(project)).toEqual(['id', 'customer'])
      await comesAgain(project, applied)
    },
  )

  testWithTool(
    'Sqitch: its changes are read, its ids are ours, and it agrees after each reversal, tags included',
    sqitch,
    async () => {
      const by = 'Ana Ortiz <ana@shop.example>'
      project = await openProject(server, 'sqitch', {
        'sqitch.conf': `[core]\n\tengine = mysql\n[engine "mysql"]\n\ttarget = db:mysql://root@127.0.0.1:${server.port}/t_sqitch\n[user]\n\tname = Ana Ortiz\n\temail = ana@shop.example\n`,
        'sqitch.plan': [
          '%syntax-version=1.0.0',
          '%project=shop',
          '%uri=https://shop.example/schema',
          '',
          `customers 2026-11-01T09:00:00Z ${by} # Those who buy`,
          `orders [customers] 2026-11-02T09:00:00Z ${by} # What they buy`,
          `@v1.2.2 2026-11-03T09:00:00Z ${by} # Known good`,
          '',
          `notes [customers orders@v1.2.2 !attic:archive] 2026-11-18T09:00:00Z ${by} # Notes on orders`,
          `@v1.3.0 2026-11-19T09:00:00Z ${by} # Tonight`,
          '',
        ].join('\n'),
        'deploy/customers.sql': `-- Deploy shop:customers to mysql\n\nBEGIN;\n\n${schema.customers};\n\nCOMMIT;\n`,
        'revert/customers.sql': 'BEGIN;\nDROP TABLE customers;\nCOMMIT;\n',
        'deploy/orders.sql': `BEGIN;\n${schema.orders};\nCOMMIT;\n`,
        'revert/orders.sql': 'BEGIN;\nDROP TABLE orders;\nCOMMIT;\n',
        'deploy/notes.sql': `-- astern:compatible-with 1.2.2\nBEGIN;\n${schema.note};\nCOMMIT;\n`,
        'revert/notes.sql': `-- Revert shop:notes from mysql\n\nBEGIN;\n\n${schema.noNote};\n\nCOMMIT;\n`,
      })
      await project.run(['sqitch', 'deploy'])
      const registry = await project.sql(
        'SELECT change_id AS id, script_hash AS hash FROM sqitch.changes ORDER BY committed_at',
      )
      expect(project.scripts().map(({ record, checksums }) => ({ id: record?.['id'], hash: checksums?.[0] }))).toEqual(
        registry,
      )
      const last = project.scripts().at(-1)!
      expect([last.compatibleWith, last.down?.map(({ sql }) => sql)]).toEqual([
        ['1.2.2'],
        [expect.stringContaining(schema.noNote)],
      ])
      const state = async (): Promise<unknown> => [
        await project.sql(
          'SELECT change_id, script_hash, `change`, project, note, planned_at, planner_name FROM sqitch.changes ORDER BY committed_at',
        ),
        await project.sql('SELECT tag_id, tag, change_id, note, planned_at FROM sqitch.tags ORDER BY tag'),
        await project.sql('SELECT * FROM sqitch.dependencies ORDER BY change_id, dependency'),
      ]
      const whole = await state()
      const applied = async (): Promise<readonly string[]> =>
        (await own(['sqitch', 'status', '--show-changes'], /^# {3}(\w+)\s+- /gm))
          .toReversed()
          .map(name => `shop:${name}`)
      await keepsItsBooks(project, ['shop:customers', 'shop:orders', 'shop:notes'], applied)
      expect(await project.run(['sqitch', 'status', '--show-tags'])).toMatch(/Undeployed change:\s+\* notes @v1\.3\.0/)
      expect(await columnsOf(project)).toEqual(['id', 'customer'])
      await project.run(['sqitch', 'deploy'])
      expect(await state()).toEqual(whole)
      await project.book('down', 'shop:notes')
      await project.book('up', 'shop:notes')
      expect(await state()).toEqual(whole)
      expect(await project.run(['sqitch', 'status'])).toContain('Nothing to deploy (up-to-date)')
      const events = await project.sql(
        "SELECT event, tags, requires, conflicts FROM sqitch.events WHERE `change` = 'notes' ORDER BY committed_at",
      )
      const same = { tags: '@v1.3.0', requires: 'customers,orders@v1.2.2', conflicts: 'attic:archive' }
      const kinds = ['deploy', 'revert', 'deploy', 'revert', 'deploy', 'revert', 'deploy']
      expect(events).toEqual(kinds.map(event => ({ event, ...same })))
    },
  )

  testWithTool(
    'Sqitch, with a change that was reworked: each form has its own scripts, id and way down',
    sqitch,
    async () => {
      const by = 'Ana Ortiz <ana@shop.example>'
      project = await openProject(server, 'sqitch', {
        'sqitch.conf': `[core]\n\tengine = mysql\n[engine "mysql"]\n\ttarget = db:mysql://root@127.0.0.1:${server.port}/t_sqitch\n\tregistry = sqitch\n[user]\n\tname = Ana Ortiz\n\temail = ana@shop.example\n`,
        'sqitch.plan': [
          '%project=shop2',
          '',
          `orders 2026-11-01T09:00:00Z ${by}`,
          `notes 2026-11-02T09:00:00Z ${by} # First form; one \\n line`,
          `@v1 2026-11-03T09:00:00Z ${by}`,
          `notes [notes@v1] 2026-11-18T09:00:00Z ${by} # Wider`,
        ].join('\n'),
        'deploy/orders.sql': `${schema.orders};\n`,
        'revert/orders.sql': 'DROP TABLE orders;\n',
        'deploy/notes@v1.sql': `${schema.note};\n`,
        'revert/notes@v1.sql': `${schema.noNote};\n`,
        'deploy/notes.sql': 'ALTER TABLE orders ADD COLUMN author VARCHAR(80);\n',
        'revert/notes.sql': 'ALTER TABLE orders DROP COLUMN author;\n',
      })
      await project.run(['sqitch', 'deploy'])
      const registry = await project.sql(
        'SELECT change_id AS id, script_hash AS hash, note FROM sqitch.changes ORDER BY committed_at',
      )
      expect(
        project
          .scripts()
          .map(({ record, checksums }) => ({ id: record?.['id'], hash: checksums?.[0], note: record?.['note'] })),
      ).toEqual(registry)
      const status = async (): Promise<readonly string[]> => {
        const names = (await own(['sqitch', 'status', '--show-changes'], /^# {3}(\w+)\s+- /gm)).toReversed()
        return names.map((name, index) => `shop2:${name}${names.indexOf(name) === index ? '' : '#2'}`)
      }
      await keepsItsBooks(project, ['shop2:orders', 'shop2:notes', 'shop2:notes#2'], status)
      expect(await columnsOf(project)).toEqual(['id', 'customer', 'note'])
    },
  )

  testWithTool(
    'ActiveRecord, as Rails has it: its versions are read, and its own command goes back one',
    ['ruby', '-e', "require 'active_record'; require 'mysql2'"],
    async () => {
      const file = (name: string, up: string, down: string): string =>
        `class ${name} < ActiveRecord::Migration[6.1]\n  def up; execute "${up}"; end\n  def down; execute "${down}"; end\nend\n`
      project = await openProject(
        server,
        'rails',
        {
          // What `bin/rails` is without the rest of Rails: ActiveRecord's own rake tasks.
          'bin/rails': "#!/usr/bin/ruby\nrequire 'rake'\nRake.application.run\n",
          Rakefile: `require 'active_record'
task(:environment) {}
ActiveRecord::Tasks::DatabaseTasks.env = 'production'
ActiveRecord::Tasks::DatabaseTasks.migrations_paths = ['db/migrate']
ActiveRecord::Base.dump_schema_after_migration = false
ActiveRecord::Base.configurations = { 'production' => { 'adapter' => 'mysql2', 'host' => '127.0.0.1', 'port' => ${server.port}, 'username' => 'root', 'database' => 't_rails' } }
ActiveRecord::Migrator.migrations_paths = ['db/migrate']
ActiveRecord::Base.establish_connection(:production)
load 'active_record/railties/databases.rake'
`,
          'db/migrate/20261101000000_customers.rb': file('Customers', schema.customers, 'DROP TABLE customers'),
          'db/migrate/20261102000000_orders.rb': file('Orders', schema.orders, 'DROP TABLE orders'),
          'db/migrate/20261118000000_move_notes.rb': `# astern:compatible-with 1.2.2\n${file('MoveNotes', schema.note, schema.noNote)}`,
        },
        'db/migrate',
      )
      chmodSync(join(project.directory, 'bin/rails'), 0o755)
      await project.run(['bin/rails', 'db:migrate'], { RAILS_ENV: 'production' })
      const last = project.scripts().at(-1)!
      expect([last.name, last.compatibleWith]).toEqual(['move notes', ['1.2.2']])
      const applied = (): Promise<readonly string[]> => own(['bin/rails', 'db:migrate:status'], /^\s*up\s+(\d+)/gm)
      await keepsItsBooks(project, ['20261101000000', '20261102000000', '20261118000000'], applied, byItsOwnCommand)
      expect(await columnsOf(project)).toEqual(['id', 'customer'])
      await comesAgain(project, applied)
    },
  )

  testWithTool(
    'Laravel’s migrator: its files are read, and its own command goes back one',
    [
      'php',
      '-r',
      'exit(extension_loaded("pdo_mysql") && is_file("/usr/share/php/Illuminate/Database/autoload.php") ? 0 : 1);',
    ],
    async () => {
      const file = (up: string, down: string): string =>
        `<?php\nuse Illuminate\\Database\\Capsule\\Manager as Db;\nreturn new class extends Illuminate\\Database\\Migrations\\Migration {\n  public function up() { Db::statement("${up}"); }\n  public function down() { Db::statement("${down}"); }\n};\n`
      project = await openProject(
        server,
        'laravel',
        {
          artisan: artisan(server.port),
          'database/migrations/2026_11_01_000000_customers.php': file(schema.customers, 'DROP TABLE customers'),
          'database/migrations/2026_11_02_000000_orders.php': file(schema.orders, 'DROP TABLE orders'),
          'database/migrations/2026_11_18_000000_move_notes.php': file(schema.note, schema.noNote),
        },
        'database/migrations',
      )
      await project.run(['php', 'artisan', 'migrate', '--force'])
      expect(project.scripts().at(-1)?.name).toBe('move notes')
      await keepsItsBooks(
        project,
        ['2026_11_01_000000_customers', '2026_11_02_000000_orders', '2026_11_18_000000_move_notes'],
        () => own(['php', 'artisan', 'migrate:status'], /^\| Yes\s+\| (\w+)/gm),
        byItsOwnCommand,
      )
      expect(await columnsOf(project)).toEqual(['id', 'customer'])
    },
  )
})

function argvOf(version: string): readonly string[] {
  return project.scripts().find(script => script.version === version)?.opaque?.argv ?? []
}

async function byItsOwnCommand(version: string): Promise<void> {
  await project.run(argvOf(version))
}

/** `artisan` with nothing but the migration commands of illuminate/database. */
function artisan(port: number): string {
  return `<?php
require '/usr/share/php/Illuminate/Database/autoload.php';
require '/usr/share/php/Illuminate/Console/autoload.php';
require '/usr/share/php/Illuminate/Filesystem/autoload.php';
require '/usr/share/php/Illuminate/Events/autoload.php';
use Illuminate\\Database\\Console\\Migrations as Commands;
function database_path($path = '') { return __DIR__ . "/database/$path"; }
class App extends Illuminate\\Container\\Container {
  public function basePath($path = '') { return __DIR__ . ($path ? "/$path" : ''); }
  public function databasePath() { return __DIR__ . '/database'; }
  public function environment() { return 'production'; }
  public function runningUnitTests() { return false; }
}
$app = new App();
App::setInstance($app);
$events = new Illuminate\\Events\\Dispatcher($app);
$db = new Illuminate\\Database\\Capsule\\Manager($app);
$db->addConnection(['driver' => 'mysql', 'host' => '127.0.0.1', 'port' => ${port}, 'database' => 't_laravel', 'username' => 'root', 'password' => '']);
$db->setAsGlobal();
$app->instance('db', $db->getDatabaseManager());
$app->instance(Illuminate\\Contracts\\Events\\Dispatcher::class, $events);
$repository = new Illuminate\\Database\\Migrations\\DatabaseMigrationRepository($db->getDatabaseManager(), 'migrations');
$migrator = new Illuminate\\Database\\Migrations\\Migrator($repository, $db->getDatabaseManager(), new Illuminate\\Filesystem\\Filesystem(), $events);
$console = new Illuminate\\Console\\Application($app, $events, '8');
$console->setAutoExit(true);
$console->add(new Commands\\InstallCommand($repository));
$console->add(new Commands\\MigrateCommand($migrator, $events));
$console->add(new Commands\\RollbackCommand($migrator));
$console->add(new Commands\\StatusCommand($migrator));
exit($console->run());
`
}
